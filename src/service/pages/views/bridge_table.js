/**
 * A bridge as a table: a row an event, by cause, with the figure after it; it ends where it closes.
 */

import {h} from '../dom.js';
import {capital, change, counted, number} from '../format.js';
import {entryAddress} from '../links.js';
import {groupsOf} from './bridge_groups.js';

/** @typedef {import('../charts/waterfall_geometry.js').Bridge} Bridge */

/** @param {string} text */
function numberCell(text) {
  return h('td', {class: 'number'}, text);
}

/**
 * What a row moved, and what stood behind it.
 * @param {import('./bridge_groups.js').Moved | null} moved
 * @param {import('../charts/waterfall_geometry.js').Amounts | null} after
 * @param {boolean} hasValue
 */
function cells(moved, after, hasValue) {
  const moves = (text) => (text === null ? '–' : change(text));
  return [
    numberCell(moved === null ? '' : moves(moved.quantity)),
    numberCell(after === null ? '' : number(after.quantity)),
    hasValue ? numberCell(moved === null ? '' : moves(moved.value)) : null,
    hasValue ? numberCell(after === null ? '' : number(after.value)) : null,
  ];
}

/** @param {string} label @param {import('../charts/waterfall_geometry.js').Amounts} amounts */
function endRow(label, amounts, hasValue) {
  return h(
    'tbody',
    {},
    h(
      'tr',
      {class: 'total'},
      h('th', {scope: 'row', colspan: 2}, capital(label)),
      ...cells(null, amounts, hasValue),
    ),
  );
}

/** @param {import('./bridge_groups.js').Row} row @param {boolean} hasValue */
function moveRow({line, smaller, moved, after}, hasValue) {
  const what =
    line === null
      ? [h('th', {scope: 'row', colspan: 2}, `${counted(smaller, 'smaller one')}, together`)]
      : [
          h(
            'th',
            {scope: 'row', class: 'number'},
            h('a', {href: entryAddress(line.sequence)}, number(String(line.sequence))),
          ),
          h(
            'td',
            {class: 'wide'},
            h('span', {class: 'name'}, line.entry),
            line.reason === null ? null : h('span', {class: 'reason'}, line.reason),
          ),
        ];
  return h('tr', {class: line === null ? 'rest' : null}, ...what, ...cells(moved, after, hasValue));
}

/** A cause: what it came to, and the events of it.  @param {import('./bridge_groups.js').Group} group */
function causeRows({cause, rows}, hasValue) {
  const heading = h(
    'th',
    {scope: 'rowgroup', colspan: 2},
    capital(cause.cause),
    h('span', {class: 'quiet'}, `, ${counted(cause.events, 'event')}`),
  );
  return h(
    'tbody',
    {},
    h('tr', {class: 'cause'}, heading, ...cells(cause, null, hasValue)),
    ...rows.map((row) => moveRow(row, hasValue)),
  );
}

/** @param {string} inUnit @param {string} inMoney @param {boolean} hasValue */
function headings(inUnit, inMoney, hasValue) {
  const ofNumbers = (text) => h('th', {scope: 'col', class: 'number'}, text);
  return h(
    'thead',
    {},
    h(
      'tr',
      {},
      ofNumbers('Event'),
      h('th', {scope: 'col'}, 'Entry, and why'),
      ofNumbers(`Change${inUnit}`),
      ofNumbers(`After it${inUnit}`),
      hasValue ? ofNumbers(`Change in value${inMoney}`) : null,
      hasValue ? ofNumbers(`Value after it${inMoney}`) : null,
    ),
  );
}

/**
 * @param {Bridge} bridge
 * @param {{opening: string, closing: string, inUnit: string, inMoney: string}} words
 * @returns {HTMLElement}
 */
export function bridgeTable(bridge, {opening, closing, inUnit, inMoney}) {
  const hasValue = bridge.opening.value !== null && bridge.closing.value !== null;
  const caption =
    bridge.left_off === 0
      ? 'Each event that moved it, by cause'
      : `The ${counted(bridge.lines.length, 'event')} that moved it most, by cause`;
  return h(
    'div',
    {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': 'The bridge, by cause'},
    h(
      'table',
      {},
      h('caption', {}, caption),
      headings(inUnit, inMoney, hasValue),
      endRow(opening, bridge.opening, hasValue),
      ...groupsOf(bridge).map((group) => causeRows(group, hasValue)),
      endRow(closing, bridge.closing, hasValue),
    ),
  );
}

/**
 * What each cause did, in a sentence: "correction -8 (2 events)".
 * @param {Bridge} bridge
 * @returns {string}
 */
export function causesInWords({causes}) {
  return causes
    .map(
      ({cause, events, quantity}) => `${cause} ${change(quantity)} (${counted(events, 'event')})`,
    )
    .join(', ');
}
