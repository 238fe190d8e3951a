/**
 * How a number is cited: so that who reads it finds the same number, and can tell that the log behind
 * it is the same.  Pure.
 */

import {withUnit} from './format.js';

/**
 * @param {{figure: string, quantity: string | null, unit: string, title: string, origin: string,
 *          size: number, root: string}} of figure: with its point
 */
export function citation({figure, quantity, unit, title, origin, size, root}) {
  const amount = quantity === null ? 'no number' : withUnit(quantity, unit);
  return `${title}: ${amount}. Figure ${figure}, ledger ${origin}, tree of ${size}, root ${root}.`;
}
