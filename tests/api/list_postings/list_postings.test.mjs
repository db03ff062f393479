// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { workforce } from '../../lib/workforce.mjs';

let force, A;
before(() => {
  force = workforce('cambridgeshire', { A: { starts_on: '2015-01-01', ends_on: '2022-12-31', leaver_type: 'transfer' }, W: { sensitive: 'yes' } });
  A = force.A;
  workforce('leicestershire', { A: { person_id: A, starts_on: '2023-01-01', joiner_type: 'transfer' } });
});

test('one reads all postings of oneself, wherever they are, latest first', async () => {
  const postings = await all('/v1/postings?limit=1', officer(A), 'postings');
  assert.deepEqual(postings.map((each) => [each.organisation, each.starts_on, each.ends_on, each.joiner_type, each.leaver_type]),
    [['leicestershire', '2023-01-01', null, 'transfer', null], ['cambridgeshire', '2015-01-01', '2022-12-31', null, 'transfer']]);
  assert.ok(postings.every((each) => each.person === A));
});

test('a sensitive one too', async () => {
  assert.deepEqual((await all('/v1/postings', officer(force.W), 'postings')).map((each) => each.sensitive), [true]);
});

test('as CSV, and not as anybody else', async () => {
  const { text } = await expect(200, 'GET', '/v1/postings', { ...officer(A), headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(text).map((row) => row.organisation), ['leicestershire', 'cambridgeshire']);
  assert.deepEqual(await all('/v1/postings', { as: 'hr', person: force.HR }, 'postings').then((rows) => rows.map((each) => each.person)), [force.HR]);
  await expect(401, 'GET', '/v1/postings');
  await expect(403, 'GET', '/v1/postings', { as: 'college' });
  await expect(400, 'GET', '/v1/postings?person_id=1', officer(A));
});
