// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { problem } from '../../lib/access.mjs';
import { expect, sql } from '../../lib/client.mjs';
import { edition } from '../../lib/national.mjs';
import { code } from '../../lib/workforce.mjs';

const reason = 'The records of a whole unit came late.';
const correct = (status, quarter_end, more = {}, as = 'administrator') =>
  expect(status, 'POST', '/v1/national/editions', { as, body: { quarter_end, reason, ...more } });
// As the clerk does it, which may have been here before.
const made = (quarter) => sql('update national_edition set made_at = now() where quarter_end = $1::date', quarter);

test('an administrator of the nation asks for a new edition, with the reason', async () => {
  const { json } = await correct(201, edition());
  assert.deepEqual([json.number, json.reason], [2, reason]);
});

test('a quarter is corrected twice and not again', async () => {
  const quarter = edition();
  await correct(201, quarter);
  made(quarter);
  assert.equal((await correct(201, quarter)).json.number, 3);
  made(quarter);
  assert.equal(code(await correct(409, quarter)), 'editions_used_up');
});

test('there is none of a quarter without figures, and none without a reason', async () => {
  assert.equal(problem(await correct(404, '1949-03-31')), 'quarter_without_figures /quarter_end');
  assert.equal(code(await correct(404, '1949-03-30')), 'quarter_without_figures');
  await correct(422, edition(), { reason: 'late' });
  await correct(422, edition(), { reason: undefined });
});

test('neither the College nor HR asks for it', async () => {
  for (const as of ['college', 'hr']) await correct(403, '1950-03-31', {}, as);
});
