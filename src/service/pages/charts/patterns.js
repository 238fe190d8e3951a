/**
 * The fillings that tell stages and moves apart without colour: hollow, striped, solid, dotted,
 * crossed.  charts.css gives them their colours.
 */

import {svg} from '../dom.js';

/** What each filling is drawn of, on a tile of 8 pixels. */
const TILES = Object.freeze({
  claimed: [['path', {d: 'M-2 2L2 -2M0 8L8 0M6 10L10 6'}]],
  pending: [
    ['circle', {cx: 2, cy: 2, r: 1.2}],
    ['circle', {cx: 6, cy: 6, r: 1.2}],
  ],
  rejected: [['path', {d: 'M0 0L8 8M8 0L0 8'}]],
  down: [['path', {d: 'M-2 6L2 10M0 0L8 8M6 -2L10 2'}]],
});

let given = 0;

/**
 * The fillings for one image, and how a bar refers to them.
 * @param {string[]} names
 * @returns {{definitions: SVGElement, fill(name: string): Record<string, string>}}
 */
export function patterns(names) {
  given += 1;
  const prefix = `fill-${given}`;
  const wanted = [...new Set(names)].filter((name) => name in TILES);
  const definitions = svg(
    'defs',
    {},
    ...wanted.map((name) =>
      svg(
        'pattern',
        {
          id: `${prefix}-${name}`,
          class: `fill-${name}`,
          width: 8,
          height: 8,
          patternUnits: 'userSpaceOnUse',
        },
        svg('rect', {class: 'fill-ground', width: 8, height: 8}),
        ...TILES[/** @type {keyof typeof TILES} */ (name)].map(([tag, attributes]) =>
          svg(/** @type {string} */ (tag), {
            class: 'fill-mark',
            .../** @type {object} */ (attributes),
          }),
        ),
      ),
    ),
  );
  return {
    definitions,
    fill(name) {
      const filled = wanted.includes(name) ? {fill: `url(#${prefix}-${name})`} : {};
      return {class: `bar bar-${name}`, ...filled};
    },
  };
}
