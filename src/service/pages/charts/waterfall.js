/**
 * A bridge drawn as a waterfall: published, what moved it, and what it is now.
 */

import {text as textOf} from '../decimal.js';
import {h, svg} from '../dom.js';
import {barAxis, barRows, chartFrame, image} from './frame.js';
import {patterns} from './patterns.js';
import {stepsOf, sumInWords, waterfall} from './waterfall_geometry.js';

/**
 * @param {import('./waterfall_geometry.js').Step[]} steps
 * @param {string} title
 * @param {number} width
 * @param {(text: string) => string} write
 */
function draw(steps, title, width, write) {
  const chart = waterfall(steps, width, write);
  const {layout} = chart;
  const {definitions, fill} = patterns(steps.map(({kind}) => kind));
  const words = chart.rows.map(({step, text}) => `${step.label} ${text}`).join(', ');
  return image(chart, {title, description: `${words}.`}, [
    definitions,
    barAxis(chart, (value) => write(textOf(value))),
    ...(layout.isStacked
      ? []
      : chart.joins.map(({x, y1, y2}) => svg('line', {class: 'chart-join', x1: x, x2: x, y1, y2}))),
    ...barRows(chart, ({step}) => fill(step.kind)),
  ]);
}

/**
 * The waterfall of a bridge's quantities or values, with the sum written out beneath it; nothing
 * where the bridge has none.
 * @param {import('./waterfall_geometry.js').Bridge} bridge
 * @param {'quantity' | 'value'} of
 * @param {{title: string, opening: string, closing: string, write: (text: string) => string}} words
 * @returns {HTMLElement | null}
 */
export function waterfallFigure(bridge, of, {title, opening, closing, write}) {
  const found = stepsOf(bridge, of, {opening, closing});
  if (found === null) return null;
  const {steps, closes} = found;
  const sum = sumInWords(steps, write);
  const caption = closes
    ? h('span', {class: 'chart-sum'}, sum)
    : h(
        'strong',
        {class: 'chart-sum'},
        `This bridge does not add up: ${sum} does not hold. Please report it.`,
      );
  return chartFrame((width) => draw(steps, title, width, write), {
    className: 'chart-waterfall',
    caption,
  });
}
