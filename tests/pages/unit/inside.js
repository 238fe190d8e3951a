import assert from 'node:assert/strict';

/** That a bar lies inside its chart. */
export function assertInside(bar, chart, message) {
  assert.ok(bar.x >= 0, `${message}: begins at ${bar.x}`);
  assert.ok(bar.width >= 0, `${message}: is ${bar.width} wide`);
  assert.ok(bar.x + bar.width <= chart.width + 0.011, `${message}: ends at ${bar.x + bar.width}`);
  assert.ok(bar.y >= 0 && bar.y + bar.height <= chart.plotHeight, `${message}: in height`);
}
