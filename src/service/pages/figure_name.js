/**
 * Figure references: YEAR:MEASURE:STAGE[:programme=ID][:organisation=ID][:contract=ID][@SEQUENCE].
 * Pure.
 *
 * @typedef {{year: string, measure: string, stage: string, programme: string | null,
 *            organisation: string | null, contract: string | null, at: number | null}} FigureName
 */

const FILTERS = /** @type {const} */ (['programme', 'organisation', 'contract']);

/**
 * A stage of a measure in a year, whole, and as it is now.
 * @param {string} year @param {string} measure @param {string} stage
 * @returns {FigureName}
 */
export function wholeFigure(year, measure, stage) {
  return {year, measure, stage, programme: null, organisation: null, contract: null, at: null};
}

/**
 * What a reference names; nothing where it is none.
 * @param {string} reference
 * @returns {FigureName | null}
 */
export function readFigure(reference) {
  const [, body, at] = /^([^@]*)(?:@([0-9]+))?$/.exec(reference) ?? [];
  if (body === undefined) return null;
  const [year, measure, stage, ...filters] = body.split(':');
  if (!year || !measure || !stage) return null;
  const name = wholeFigure(year, measure, stage);
  if (at !== undefined) name.at = Number(at);
  for (const filter of filters) {
    const [, key, value] = /^([a-z]+)=(.+)$/.exec(filter) ?? [];
    const known = FILTERS.find((one) => one === key);
    if (known === undefined || name[known] !== null) return null;
    name[known] = value;
  }
  return name;
}

/**
 * The reference of a figure, canonical.
 * @param {FigureName} name
 * @returns {string}
 */
export function writeFigure(name) {
  const filters = FILTERS.flatMap((key) => (name[key] === null ? [] : [`:${key}=${name[key]}`]));
  const at = name.at === null ? '' : `@${name.at}`;
  return `${name.year}:${name.measure}:${name.stage}${filters.join('')}${at}`;
}

/**
 * A figure in words, such as "Jobs created, verified, 2022-23, programme prog-kindred".
 * @param {FigureName} name
 * @param {string} measure what the measure is called
 * @returns {string}
 */
export function figureInWords(name, measure) {
  const filters = FILTERS.flatMap((key) => {
    if (name[key] === null) return [];
    if (key === 'contract' && name[key] === '-') return ['without a contract'];
    return [`${key} ${name[key]}`];
  });
  return [measure, name.stage, name.year, ...filters].join(', ');
}

/**
 * A sentence of the service, cut where it names a figure, so that the figure can be a link.
 * @param {string} sentence
 * @returns {{text: string, figure: string | null}[]}
 */
export function figuresIn(sentence) {
  const pattern =
    /[0-9]{4}(?:-[0-9]{2})?:[A-Za-z0-9._-]+:(?:committed|claimed|verified|rejected|pending)(?::[a-z]+=[A-Za-z0-9._-]+)*(?:@[0-9]+)?/g;
  const pieces = [];
  let at = 0;
  for (const found of sentence.matchAll(pattern)) {
    // A full stop or colon that ends the sentence belongs to it, not to the reference.
    const figure = found[0].replace(/[.:]+$/, '');
    if (found.index > at) pieces.push({text: sentence.slice(at, found.index), figure: null});
    pieces.push({text: figure, figure});
    at = found.index + figure.length;
  }
  if (at < sentence.length) pieces.push({text: sentence.slice(at), figure: null});
  return pieces;
}
