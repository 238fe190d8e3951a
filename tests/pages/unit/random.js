/**
 * Random inputs of a test, from a seed that the test prints: TALLY_TEST_SEED gives it back.
 */

/** @returns {number} */
export function testSeed() {
  const given = process.env.TALLY_TEST_SEED;
  return given === undefined ? Date.now() % 2 ** 31 : Number(given);
}

/** Numbers from a seed (mulberry32).  @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** From 0 to below a bound.  @param {number} bound */
  const below = (bound) => Math.floor(next() * bound);
  /** A decimal text of any size that a ledger holds, with either sign. */
  const quantity = () => {
    const digits = 1 + below(13);
    let whole = '';
    for (let i = 0; i < digits; i += 1) whole += below(10);
    const places = below(7);
    let fraction = '';
    for (let i = 0; i < places; i += 1) fraction += below(10);
    return `${below(3) === 0 ? '-' : ''}${BigInt(whole)}${fraction === '' ? '' : `.${fraction}`}`;
  };
  return {next, below, quantity};
}
