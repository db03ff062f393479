// SPDX-License-Identifier: MIT
// A sensitive posting is the secret of one force: another one sees the person as anybody, and the figures of the nation count nobody withheld.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, expect } from '../../lib/client.mjs';
import { claim, force, items, log, officer } from '../../lib/force.mjs';
import { eventually, numbered } from '../../lib/national.mjs';
import { posted } from '../../lib/posted.mjs';

const month = new Date(Date.now() - 40 * 864e5).toISOString().slice(0, 7);
const period = `framework=cop-cvf-2024&from=${month}&until=${month}`;
let ireland, both, theirs;

before(async () => {
  ireland = force('northern-ireland', [...numbered('D', 12), ...numbered('C', 12, { sensitive: 'yes' })]);
  const cvf = await items('cop-cvf-2024');
  [both, theirs] = [cvf['we-analyse-critically'], cvf['we-take-ownership']];
  const act = async (name, ...aligned) => {
    await log(ireland.people[name], { happened_on: `${month}-05`, minutes: 10, alignments: aligned.map((item) => ({ item })) });
    for (const item of aligned) await claim(ireland.people[name], { item, level: 1 });
  };
  for (let i = 0; i < 12; i++) await act(`C${i}`, both, theirs);
  for (let i = 0; i < 12; i++) await act(`D${i}`, both);
});

const ofIreland = (report) => `/v1/national/${report}&organisation=northern-ireland`;
const one = (rows, item, level) => rows.filter((row) => row.item === item && (level === undefined || row.level === level));

test('activities of the nation: twelve people of each sort, and only the ordinary ones count', async () => {
  const { rows } = await eventually(ofIreland(`development?${period}`), (all) => one(all, both).some(({ people }) => people === 12));
  assert.deepEqual(one(rows, both).map(({ people }) => people), [12]);
  assert.deepEqual(one(rows, theirs).map(({ people, activities, withheld }) => [people, activities, withheld]), [[null, null, 'fewer than 10']]);
});

test('coverage of the nation likewise', async () => {
  const { rows } = await eventually(ofIreland(`coverage?${period}`), (all) => one(all, both, 1).some(({ people }) => people === 12));
  assert.deepEqual(one(rows, both, 1).map(({ people }) => people), [12]);
  assert.ok(one(rows, theirs).length > 0);
  for (const { people, withheld } of one(rows, theirs)) assert.deepEqual([people, withheld], [null, 'fewer than 10']);
});

test('and headcount', async () => {
  const year = new Date().getFullYear();
  const { rows } = await eventually(ofIreland(`retention?year_ending=${year}`), (all) => all.some(({ strength_at_end }) => strength_at_end === 12));
  assert.deepEqual([...new Set(rows.map(({ strength_at_end }) => strength_at_end))], [12]);
});

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
