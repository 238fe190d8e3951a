/**
 * Asks the service.  What it refuses becomes a Problem, which has its words (RFC 9457).
 */

import {session} from './session.js';

export class Problem extends Error {
  /** @param {number} status @param {Record<string, any>} said */
  constructor(status, said) {
    super(said.detail ?? `The service answered ${status}.`);
    this.name = 'Problem';
    this.status = status;
    this.code = said.code ?? '';
    this.entry = said.entry ?? null;
    this.line = said.line ?? null;
    this.requestId = said.request_id ?? null;
  }
}

/** @param {Response} answer */
async function problemOf(answer) {
  const said = await answer.json().catch(() => ({}));
  return new Problem(answer.status, said);
}

/**
 * @param {string} path within the API, or of the public log
 * @param {RequestInit & {headers?: Record<string, string>}} options
 */
async function ask(path, options = {}) {
  const isLog = path === '/checkpoint' || path.startsWith('/tile/');
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(isLog ? path : `/api/v1${path}`, {
      credentials: 'omit',
      ...options,
      headers: {...session.headers(), ...options.headers},
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, {
      detail: 'The service cannot be reached. Look whether it runs, and try again.',
    });
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

/**
 * The API for a page that is being shown: what it asked for is dropped once the page is left.
 * @param {AbortSignal} signal
 */
export function apiFor(signal) {
  return {
    /** @param {string} path */
    async get(path) {
      return (await ask(path, {signal, headers: {Accept: 'application/json'}})).json();
    },
    /** @param {string} path */
    async text(path) {
      return (await ask(path, {signal})).text();
    },
    /** @param {string} path */
    async bytes(path) {
      return (await ask(path, {signal})).blob();
    },
    /** @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} headers */
    async send(method, path, body = undefined, headers = {}) {
      const content = body === undefined ? {} : {'Content-Type': 'application/json'};
      const answer = await ask(path, {
        method,
        signal,
        headers: {Accept: 'application/json', ...content, ...headers},
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return answer.status === 204 ? null : answer.json();
    },
  };
}
