/**
 * A bridge as a table: a row an event, by cause, with the figure after it; it ends where it closes.
 */

import {byCause} from '../charts/waterfall_geometry.js';
import {add, decimal, text as textOf} from '../decimal.js';
import {h} from '../dom.js';
import {change, counted, number} from '../format.js';
import {entryAddress} from '../links.js';

// A page holds so many events; the rest come when they are asked for.
const ROWS_AT_ONCE = 200;

/**
 * The lines with the figure after each, in the order of the bridge.
 * @param {import('../charts/waterfall_geometry.js').Bridge} bridge
 */
function withBalances(bridge) {
  let quantity = bridge.opening.quantity === null ? null : decimal(bridge.opening.quantity);
  let value = bridge.opening.value === null ? null : decimal(bridge.opening.value);
  return bridge.lines.map((line) => {
    if (quantity !== null) quantity = add(quantity, decimal(line.quantity));
    if (value !== null) value = add(value, decimal(line.value ?? '0'));
    return {
      line,
      quantity: quantity === null ? null : textOf(quantity),
      value: value === null ? null : textOf(value),
    };
  });
}

/** @param {string} text */
function numberCell(text) {
  return h('td', {class: 'number'}, text);
}

/** @param {string} label @param {import('../charts/waterfall_geometry.js').Amounts} amounts */
function endRow(label, amounts, hasValue) {
  return h(
    'tr',
    {class: 'total'},
    h(
      'th',
      {scope: 'row', colspan: 3},
      label.replace(/^./, (first) => first.toUpperCase()),
    ),
    numberCell(''),
    numberCell(number(amounts.quantity)),
    hasValue ? numberCell('') : null,
    hasValue ? numberCell(number(amounts.value)) : null,
  );
}

function lineRow({line, quantity, value}, hasValue) {
  return h(
    'tr',
    {},
    h(
      'th',
      {scope: 'row', class: 'number'},
      h('a', {href: entryAddress(line.sequence)}, number(String(line.sequence))),
    ),
    h(
      'td',
      {},
      line.cause.replace(/^./, (first) => first.toUpperCase()),
    ),
    h(
      'td',
      {class: 'wide'},
      h('span', {class: 'name'}, line.entry),
      line.reason === null ? null : h('span', {class: 'reason'}, line.reason),
    ),
    numberCell(change(line.quantity)),
    numberCell(number(quantity)),
    hasValue ? numberCell(line.value === null ? '–' : change(line.value)) : null,
    hasValue ? numberCell(number(value)) : null,
  );
}

/**
 * @param {import('../charts/waterfall_geometry.js').Bridge} bridge
 * @param {{opening: string, closing: string, unit: string, currency: string}} words
 * @returns {HTMLElement}
 */
export function bridgeTable(bridge, {opening, closing, unit, currency}) {
  const hasValue = bridge.opening.value !== null && bridge.closing.value !== null;
  const rows = withBalances(bridge);
  const body = h('tbody', {});
  const last = endRow(closing, bridge.closing, hasValue);
  const inUnit = unit === '' ? '' : ` (${unit})`;
  const inMoney = currency === '' ? '' : ` (${currency})`;
  const more = h('button', {type: 'button', class: 'secondary', hidden: true}, 'Show more');
  let shown = 0;
  const showMore = () => {
    const next = rows.slice(shown, shown + ROWS_AT_ONCE).map((row) => lineRow(row, hasValue));
    shown += next.length;
    last.before(...next);
    const left = rows.length - shown;
    more.hidden = left === 0;
    if (left > 0)
      more.textContent = `Show ${number(String(Math.min(left, ROWS_AT_ONCE)))} more of ${number(String(left))} events`;
    return next[0];
  };
  body.append(endRow(opening, bridge.opening, hasValue), last);
  showMore();
  more.addEventListener('click', () => showMore()?.querySelector('a')?.focus());
  return h(
    'div',
    {},
    h(
      'div',
      {
        class: 'table-scroll',
        role: 'region',
        tabindex: '0',
        'aria-label': 'The bridge, event by event',
      },
      h(
        'table',
        {},
        h('caption', {}, 'Each event that moved it, by cause'),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', {scope: 'col', class: 'number'}, 'Event'),
            h('th', {scope: 'col'}, 'Cause'),
            h('th', {scope: 'col'}, 'Entry, and why'),
            h('th', {scope: 'col', class: 'number'}, `Change${inUnit}`),
            h('th', {scope: 'col', class: 'number'}, `After it${inUnit}`),
            hasValue ? h('th', {scope: 'col', class: 'number'}, `Change in value${inMoney}`) : null,
            hasValue ? h('th', {scope: 'col', class: 'number'}, `Value after it${inMoney}`) : null,
          ),
        ),
        body,
      ),
    ),
    more,
  );
}

/**
 * What each cause did, in a sentence: "Corrections: 2 events, -8."
 * @param {import('../charts/waterfall_geometry.js').Bridge} bridge
 * @returns {string}
 */
export function causesInWords(bridge) {
  return byCause(bridge.lines, 'quantity')
    .map(({cause, lines, delta}) => {
      return `${cause} ${change(textOf(delta))} (${counted(lines.length, 'event')})`;
    })
    .join(', ');
}
