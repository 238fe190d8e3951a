/**
 * What every chart is drawn in: a figure with an SVG that has the width it is given, is drawn anew
 * when that changes, says in words what it shows, and points to the table that says the same.
 *
 * @typedef {{title: string, description: string}} Words
 */

import {h, svg} from '../dom.js';

const WIDTH_AT_FIRST = 640;
let drawn = 0;

/**
 * An SVG element that is one image to who cannot see it.
 * @param {{width: number, height: number}} size
 * @param {Words} words
 * @param {(Node | null)[]} children
 * @returns {SVGElement}
 */
export function image({width, height}, words, children) {
  drawn += 1;
  const titleId = `chart-${drawn}-title`;
  const descriptionId = `chart-${drawn}-description`;
  return svg(
    'svg',
    {
      class: 'chart-image',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${titleId} ${descriptionId}`,
    },
    svg('title', {id: titleId}, words.title),
    svg('desc', {id: descriptionId}, words.description),
    ...children.filter((child) => child !== null),
  );
}

/**
 * @param {(width: number) => Node} draw
 * @param {{className: string, caption?: Node | null}} options
 * @returns {HTMLElement}
 */
export function chartFrame(draw, {className, caption = null}) {
  const place = h('div', {class: 'chart-place'}, draw(WIDTH_AT_FIRST));
  let width = WIDTH_AT_FIRST;
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (!place.isConnected) return observer.disconnect();
    if (now === 0 || now === width) return undefined;
    width = now;
    place.replaceChildren(draw(width));
    return undefined;
  });
  observer.observe(place);
  return h(
    'figure',
    {class: `chart ${className}`},
    place,
    caption === null ? null : h('figcaption', {}, caption),
  );
}

/**
 * The lines and numbers of a horizontal axis under a chart of bars.
 * @param {{ticks: {x: number, value: import('../decimal.js').Decimal}[], plotHeight: number,
 *          width: number, zeroX: number}} chart
 * @param {(value: import('../decimal.js').Decimal) => string} write
 * @returns {SVGElement}
 */
export function barAxis({ticks, plotHeight, width, zeroX}, write) {
  const last = ticks.length - 1;
  return svg(
    'g',
    {class: 'chart-axis'},
    ...ticks.map(({x}) =>
      svg('line', {
        class: x === zeroX ? 'chart-zero' : 'chart-grid',
        x1: x,
        x2: x,
        y1: 0,
        y2: plotHeight,
      }),
    ),
    ...ticks.map(({x, value}, index) =>
      svg(
        'text',
        {
          class: 'chart-tick',
          x,
          y: plotHeight + 17,
          'text-anchor': x < 12 ? 'start' : index === last && x > width - 24 ? 'end' : 'middle',
        },
        write(value),
      ),
    ),
  );
}

/**
 * The rows of a chart of bars: what each is, its bar where it has a length, and its number.
 * @template {{label: string, text: string, top: number,
 *             bar: {x: number, y: number, width: number, height: number} | null}} Row
 * @param {{rows: Row[], layout: {textTop: number, valueX: number}}} chart
 * @param {(row: Row) => Record<string, string>} fill what tells the bar from others
 * @returns {SVGElement[]}
 */
export function barRows({rows, layout}, fill) {
  return rows.map((row) => {
    const y = row.top + layout.textTop;
    return svg(
      'g',
      {},
      svg('text', {class: 'chart-label', x: 0, y}, row.label),
      row.bar === null || row.bar.width === 0 ? null : svg('rect', {...row.bar, ...fill(row)}),
      svg('text', {class: 'chart-number', x: layout.valueX, y, 'text-anchor': 'end'}, row.text),
    );
  });
}
