/**
 * A figure's running balance as it grew, posting by posting, with its corrections marked.
 */

import {text as textOf} from '../decimal.js';
import {h, svg} from '../dom.js';
import {balanceChart} from './balance_geometry.js';
import {chartFrame, image} from './frame.js';

/**
 * @typedef {object} Balance
 * @property {string} title of the chart, such as "Jobs, verified: running balance"
 * @property {import('./balance_geometry.js').Balance[]} points in the order of the log
 * @property {boolean} isWhole whether they are all of the postings, each with its type
 * @property {{sequence: number, recorded_at: string | null}} end as of when the figure is asked for
 */

/** @param {Balance} of @param {import('./balance_geometry.js').BalanceChart} chart */
function inWords({points, isWhole}, chart, write) {
  const end = write(textOf(chart.end.balance));
  const count = write(String(points.length));
  if (!isWhole) return `From zero to ${end}, drawn from ${count} points.`;
  const corrections = chart.marks.reduce((sum, mark) => sum + mark.count, 0);
  const corrected =
    corrections === 0
      ? 'none of them a correction'
      : `${write(String(corrections))} of them by ${corrections === 1 ? 'a correction' : 'corrections'}`;
  return `From zero, by ${count} ${points.length === 1 ? 'posting' : 'postings'}, ${corrected}, to ${end}.`;
}

/** @param {import('./balance_geometry.js').BalanceChart} chart */
function axes(chart, write) {
  const {left, right, bottom, ticksX, ticksY, zeroY} = chart;
  const lastX = ticksX.length - 1;
  return svg(
    'g',
    {class: 'chart-axis'},
    ...ticksY.map(({y}) =>
      svg('line', {
        class: y === zeroY ? 'chart-zero' : 'chart-grid',
        x1: left,
        x2: right,
        y1: y,
        y2: y,
      }),
    ),
    ...ticksY.map(({y, value}) =>
      svg(
        'text',
        {
          class: 'chart-tick',
          x: left - 8,
          y: y + 4,
          'text-anchor': 'end',
        },
        write(textOf(value)),
      ),
    ),
    ...ticksX.map(({x}) =>
      svg('line', {class: 'chart-grid', x1: x, x2: x, y1: bottom, y2: bottom + 5}),
    ),
    ...ticksX.map(({x, text}, index) =>
      svg(
        'text',
        {
          class: 'chart-tick',
          x,
          y: bottom + 20,
          'text-anchor':
            x - left < 30 && index === 0
              ? 'start'
              : right - x < 30 && index === lastX
                ? 'end'
                : 'middle',
        },
        text,
      ),
    ),
  );
}

/** A diamond: told from the line by its shape.  @param {import('./balance_geometry.js').Mark} mark */
function correctionMark({x, y, sequence, count}) {
  return svg(
    'path',
    {class: 'chart-correction', d: `M${x} ${y - 6}l6 6l-6 6l-6 -6z`},
    svg(
      'title',
      {},
      count === 1
        ? `Correction, event ${sequence}`
        : `${count} corrections, from event ${sequence}`,
    ),
  );
}

/** @param {Balance} of @param {number} width @param {(text: string) => string} write */
function draw(of, width, write) {
  const chart = balanceChart(of.points, of.end, width, write);
  return image(chart, {title: of.title, description: inWords(of, chart, write)}, [
    axes(chart, write),
    svg('path', {class: 'chart-line', d: chart.path}),
    svg('circle', {class: 'chart-end', cx: chart.end.x, cy: chart.end.y, r: 4}),
    ...chart.marks.map(correctionMark),
  ]);
}

/**
 * @param {Balance} of
 * @param {(text: string) => string} write how a number is written
 * @returns {HTMLElement}
 */
export function balanceFigure(of, write) {
  const {isOfTime, marks} = balanceChart(of.points, of.end, 640, write);
  const across = isOfTime
    ? 'By the time at which each posting was recorded (UTC).'
    : 'By the number of the event that posted.';
  const marked = marks.length === 0 ? '' : ' A diamond marks a correction.';
  const drawn = of.isWhole
    ? ''
    : ` Drawn from ${write(String(of.points.length))} points of it; corrections are not marked.`;
  return chartFrame((width) => draw(of, width, write), {
    className: 'chart-balance',
    caption: h('span', {}, `${across}${marked}${drawn}`),
  });
}
