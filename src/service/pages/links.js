/**
 * Addresses of pages, and how a page that looks at an earlier point leads to others of that point.
 * Pure, but for `carryPoint`.
 */

// What shows itself as of any point.
const PAGES_OF_A_POINT = /^\/($|year\/|figure\/|entry\/|log$|statement\/)/;

/** @param {string} reference */
export function figureAddress(reference) {
  return `/figure/${encodeURIComponent(reference).replaceAll('%3A', ':').replaceAll('%40', '@')}`;
}

/** @param {string | number} id */
export function entryAddress(id) {
  return `/entry/${encodeURIComponent(String(id))}`;
}

/**
 * The same page at another point; null is now.
 * @param {string} pathname
 * @param {URLSearchParams} query
 * @param {number | null} asOf
 */
export function atPoint(pathname, query, asOf) {
  const next = new URLSearchParams(query);
  next.delete('as_of');
  next.delete('after');
  next.delete('before');
  if (asOf !== null) next.set('as_of', String(asOf));
  const text = next.toString();
  // A figure that names its point is another figure at another.
  const path = pathname.startsWith('/figure/') ? pathname.replace(/(@|%40)[0-9]+$/, '') : pathname;
  return text === '' ? path : `${path}?${text}`;
}

/**
 * An address with the point, where its page has one and it names none itself.
 * @param {string} address
 * @param {number | null} asOf
 */
export function withPoint(address, asOf) {
  if (asOf === null || !address.startsWith('/')) return address;
  const {pathname, searchParams} = new URL(address, 'http://here');
  if (!PAGES_OF_A_POINT.test(pathname) || searchParams.has('as_of')) return address;
  if (/(@|%40)[0-9]+$/.test(pathname)) return address;
  return `${address}${address.includes('?') ? '&' : '?'}as_of=${asOf}`;
}

/** Has the links of a page lead to pages of the same point.  @param {ParentNode} within @param {number | null} asOf */
export function carryPoint(within, asOf) {
  for (const link of within.querySelectorAll('a[href]')) {
    if (link.hasAttribute('data-now')) continue;
    link.setAttribute('href', withPoint(link.getAttribute('href') ?? '', asOf));
  }
}
