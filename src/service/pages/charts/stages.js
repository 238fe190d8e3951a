/**
 * Committed against claimed against verified: for each measure a chart of its own, since
 * quantities of different measures have different units and are never set side by side.
 */

import {text as textOf} from '../decimal.js';
import {h, svg} from '../dom.js';
import {barAxis, barRows, chartFrame, image} from './frame.js';
import {patterns} from './patterns.js';
import {stageChart, STAGES, stagesInWords} from './stages_geometry.js';

/**
 * @typedef {object} StageNumbers
 * @property {string} title of the measure
 * @property {string} unit
 * @property {Record<import('./stages_geometry.js').Stage, string | null>} numbers
 */

/** @param {StageNumbers} of @param {number} width @param {(text: string | null) => string} write */
function draw({title, unit, numbers}, width, write) {
  const chart = stageChart(numbers, width, write);
  const {definitions, fill} = patterns(chart.rows.map(({stage}) => stage));
  return image(
    chart,
    {
      title: `${title}, in ${unit}`,
      description: stagesInWords(numbers, write),
    },
    [
      definitions,
      barAxis(chart, (value) => write(textOf(value))),
      ...barRows(chart, ({stage}) => fill(stage)),
    ],
  );
}

/**
 * The chart of one measure.
 * @param {StageNumbers} of
 * @param {(text: string | null) => string} write how a number is written; null is none
 * @returns {HTMLElement}
 */
export function stagesChart(of, write) {
  return chartFrame((width) => draw(of, width, write), {className: 'chart-stages'});
}

/** What the fillings mean.  @returns {HTMLElement} */
export function stagesKey() {
  const {definitions, fill} = patterns(STAGES.map(({stage}) => stage));
  const shown = STAGES.map(({stage, label}, index) =>
    h(
      'li',
      {},
      svg(
        'svg',
        {class: 'chart-swatch', width: 28, height: 14, 'aria-hidden': 'true'},
        index === 0 ? definitions : null,
        svg('rect', {x: 1, y: 1, width: 26, height: 12, ...fill(stage)}),
      ),
      label,
    ),
  );
  return h('ul', {class: 'chart-key', 'aria-label': 'Key'}, ...shown);
}
