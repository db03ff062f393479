// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { organisationId } from '../../lib/access.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';
import { ask, done, reader, reported, whenEnded } from '../../lib/report_jobs.mjs';

let made, ids;
before(async () => {
  made = reported('listed');
  ids = [];
  for (let i = 0; i < 3; i++) ids.unshift((await done(made.hr)).id);
  const { json } = await ask(made.hr, { report: 'report_coverage', parameters: { framework: 'unknown' } });
  await whenEnded(made.hr, json.id);
  ids.unshift(json.id);
});

const list = (query, who = made.hr) => all(`/v1/report-jobs${query}`, who, 'report_jobs').then((jobs) => jobs.map(({ id }) => id));

test('the caller\'s own, latest first, over pages', async () => {
  assert.deepEqual(await list('?limit=3'), ids);
});

test('only those in a state', async () => {
  assert.deepEqual(await list('?state=failed'), ids.slice(0, 1));
  assert.deepEqual(await list('?state=waiting'), []);
});

test('not those of a colleague', async () => {
  assert.deepEqual(await list('', reader(made, 'S', 'reports:organisation')), []);
});

test('not those made for another organisation that the caller acts for', async () => {
  const other = organisation('listed-elsewhere');
  hrOf(made.people.HR, other);
  assert.deepEqual(await list('', { ...made.hr, headers: { 'acting-organisation': organisationId(other) } }), []);
});

test('an unknown state is refused', async () => {
  await expect(400, 'GET', '/v1/report-jobs?state=open', made.hr);
});
