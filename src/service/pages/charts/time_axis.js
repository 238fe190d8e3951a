/**
 * Round moments between two times, in UTC: days, months, quarters or years, whichever are few
 * enough.  Pure.
 */

const DAY_MS = 24 * 60 * 60 * 1000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Every so many days, counted from the first of each month so that the days are the same each month.
 * @param {number} days
 */
function everyDays(days) {
  return (/** @type {number} */ from, /** @type {number} */ to) => {
    const ticks = [];
    for (let time = Math.ceil(from / DAY_MS) * DAY_MS; time <= to; time += DAY_MS) {
      const day = new Date(time).getUTCDate();
      if (days === 1 || (day % days === 1 && day < 28)) ticks.push(time);
    }
    return ticks;
  };
}

/** The first of every so many months.  @param {number} months */
function everyMonths(months) {
  return (/** @type {number} */ from, /** @type {number} */ to) => {
    const ticks = [];
    const start = new Date(from);
    const step = months >= 12 ? months / 12 : 1;
    let month = Math.floor(start.getUTCMonth() / Math.min(months, 12)) * Math.min(months, 12);
    let year = Math.floor(start.getUTCFullYear() / step) * step;
    for (;;) {
      const time = Date.UTC(year, month, 1);
      if (time > to) return ticks;
      if (time >= from) ticks.push(time);
      month += months;
      year += Math.floor(month / 12);
      month %= 12;
    }
  };
}

const LADDER = [
  {ticks: everyDays(1), has: 'day', least: DAY_MS},
  {ticks: everyDays(5), has: 'day', least: 5 * DAY_MS},
  {ticks: everyDays(10), has: 'day', least: 10 * DAY_MS},
  ...[1, 3, 6].map((months) => ({
    ticks: everyMonths(months),
    has: 'month',
    least: months * 28 * DAY_MS,
  })),
  ...[1, 2, 5, 10, 20, 50, 100].map((years) => ({
    ticks: everyMonths(12 * years),
    has: 'year',
    least: years * 365 * DAY_MS,
  })),
];

/** @param {number} time @param {string} has @returns {string} */
function written(time, has) {
  const date = new Date(time);
  const month = MONTHS[date.getUTCMonth()];
  if (has === 'day') return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
  if (has === 'month') return `${month} ${date.getUTCFullYear()}`;
  return String(date.getUTCFullYear());
}

/**
 * @param {number} from milliseconds since 1970
 * @param {number} to
 * @param {number} most how many at the most
 * @returns {{time: number, text: string}[]}
 */
export function timeTicks(from, to, most) {
  for (const {ticks, has, least} of LADDER) {
    // Spares counting days over centuries.
    if ((to - from) / least > 4 * most + 4) continue;
    const times = ticks(from, to);
    if (times.length <= most) return times.map((time) => ({time, text: written(time, has)}));
  }
  return [];
}
