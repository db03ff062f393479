// SPDX-License-Identifier: MIT
// The College's reading of figures that the clerk makes: asked again until they hold what has just been recorded, for at most half a minute.
import { expect } from './client.mjs';

export async function eventually(target, holds) {
  for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
    const reply = await expect(200, 'GET', target, { as: 'college' });
    if (holds(reply.json.rows) || Date.now() > end) return reply.json;
  }
}

export const numbered = (prefix, count, more = {}) =>
  Array.from({ length: count }, (_, i) => ({ staff_number: `${prefix}${i}`, ...more }));
