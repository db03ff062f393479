// SPDX-License-Identifier: MIT
// A sensitive posting is the secret of one force: another one sees the person as anybody. (That the figures of the nation count nobody withheld: tests/national/.)
import assert from 'node:assert/strict';
import test from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { claim, items, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

test('the force that somebody came to from a covert posting elsewhere sees an ordinary person, and its own window', async () => {
  const sussex = posted('sussex', { HR: {}, X: { sensitive: 'yes', ends_on: '2022-12-31', leaver_type: 'transfer' } });
  const surrey = posted('surrey', { HR: {}, X: { person_id: sussex.X, starts_on: '2023-01-01', joiner_type: 'transfer', subject: '' } });
  const item = (await items('cop-cvf-2016'))['we-take-ownership'];
  const before = await claim(sussex.X, { item, level: 1, valid_from: '2021-01-01', valid_until: '2021-12-31' });
  const across = await claim(sussex.X, { item, level: 2, valid_from: '2022-01-01' });
  const seen = await all(`/v1/people/${sussex.X}/assertions?state=all`, surrey.hr, 'assertions');
  assert.deepEqual(seen.map(({ id }) => id), [across.id]);
  assert.deepEqual((await expect(200, 'GET', `/v1/people/${sussex.X}`, surrey.hr)).json.postings.map(({ organisation }) => organisation.code), ['surrey']);
  for (const target of [`/v1/people/${sussex.X}`, `/v1/assertions/${before.id}`, `/v1/assertions/${across.id}`]) await expect(404, 'GET', target, sussex.hr);
});

test('sharing the record with a force that withholds one shows it to nobody there who is not cleared', async () => {
  const sussex = posted('sussex', { HR: {}, Y: { ends_on: '2022-12-31' } });
  const surrey = posted('surrey', { HR: {}, Y: { person_id: sussex.Y, starts_on: '2023-01-01', sensitive: 'yes', subject: '' } });
  const item = (await items('cop-cvf-2016'))['we-take-ownership'];
  const { id } = await claim(sussex.Y, { item, level: 1, valid_from: '2021-01-01', valid_until: '2021-12-31' });
  await expect(201, 'POST', '/v1/shares', { ...officer(sussex.Y), body: { organisation: 'surrey' } });
  await expect(404, 'GET', `/v1/assertions/${id}`, surrey.hr);
  await expect(404, 'GET', `/v1/people/${sussex.Y}`, surrey.hr);
  await expect(200, 'GET', `/v1/assertions/${id}`, sussex.hr);
});
