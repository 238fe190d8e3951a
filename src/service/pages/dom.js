/**
 * Elements, made of plain values.  Text is always text: nothing that the ledger says is ever read as
 * markup.
 */

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @template {Element} T
 * @param {T} element
 * @param {Record<string, unknown>} attributes a function is a listener, of `onclick` and the like; true
 *     stands for an attribute without a value; null, undefined and false leave it out
 * @param {(Child | Child[])[]} children
 * @returns {T}
 */
function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') {
      element.addEventListener(name.replace(/^on/, ''), /** @type {EventListener} */ (value));
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  for (const child of /** @type {Child[]} */ (children.flat(3))) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

/** @param {string} tag @param {Record<string, unknown>} attributes @param {(Child | Child[])[]} children */
export function h(tag, attributes = {}, ...children) {
  return build(document.createElement(tag), attributes, children);
}

/** @param {string} tag @param {Record<string, unknown>} attributes @param {(Child | Child[])[]} children */
export function svg(tag, attributes = {}, ...children) {
  return build(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}
