/**
 * The measures of the ledger by their ids, as they were defined at a point.
 */

import {words} from './format.js';

/**
 * @typedef {{id: string, title: string | null, basis: string, unit: string, proxy: string | null,
 *            framework: string | null, edition: string | null}} Measure
 * @typedef {Map<string, Measure>} Measures
 */

/**
 * @param {any} api @param {number | null} asOf null is now
 * @returns {Promise<Measures>}
 */
export async function measuresAt(api, asOf) {
  const {measures} = await api.get(`/measures${asOf === null ? '' : `?as_of=${asOf}`}`);
  return new Map(measures.map((/** @type {Measure} */ one) => [one.id, one]));
}

/** What a measure is called.  @param {Measures} measures @param {string} id */
export function titleOf(measures, id) {
  return measures.get(id)?.title ?? words(id);
}

/** What values are in; nothing where it is not told, to who has no token.  */
export async function currencyOf({api, session}) {
  return session.isSignedIn ? (await api.get('/status')).currency : '';
}
