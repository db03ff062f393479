// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { expect, pointers } from '../../lib/client.mjs';

const as = 'officer';
const read = async (framework) => (await expect(200, 'GET', `/v1/frameworks/${framework}`, { as })).json;

test('a code gives the current version, with what it holds and its scale', async () => {
  const gdd = await read('gdd-pcf');
  assert.deepEqual([gdd.items, gdd.role_profiles, gdd.current, gdd.replaced_by], [188, 205, true, null]);
  assert.equal(gdd.level_scales.length, 1);
  assert.deepEqual(gdd.level_scales[0].levels.map(({ level, title }) => [level, title]),
    [[1, 'Awareness'], [2, 'Working'], [3, 'Practitioner'], [4, 'Expert']]);
  assert.match(gdd.licence, /Open Government Licence v3\.0/);
});

test('an identifier gives that version, the same as the code of the framework', async () => {
  const byCode = await read('cop-cvf-2016');
  assert.deepEqual(await read(byCode.id), byCode);
  assert.deepEqual(byCode.versions.map(({ id }) => id), [byCode.id]);
});

test('the Competency and Values Framework of 2016 says which has replaced it', async () => {
  const [old, young] = [await read('cop-cvf-2016'), await read('cop-cvf-2024')];
  assert.deepEqual([old.items, old.replaced_by], [13, 'cop-cvf-2024']);
  assert.deepEqual([young.items, young.replaced_by], [9, null]);
  assert.deepEqual(old.level_scales[0].levels.map(({ level }) => level), [1, 2, 3]);
});

test('an unchanged version is not sent again', async () => {
  const etag = (await expect(200, 'GET', '/v1/frameworks/cop-pip', { as })).headers.get('etag');
  await expect(304, 'GET', '/v1/frameworks/cop-pip', { as, headers: { 'if-none-match': etag } });
  await expect(200, 'GET', '/v1/frameworks/cop-pip', { as, headers: { 'if-none-match': '"another"' } });
});

test('it refuses strangers, unknown names and what it does not know', async () => {
  await expect(401, 'GET', '/v1/frameworks/gdd-pcf');
  await expect(404, 'GET', '/v1/frameworks/no-such', { as });
  await expect(404, 'GET', '/v1/frameworks/00000000-0000-4000-8000-000000000000', { as });
  assert.deepEqual(pointers(await expect(400, 'GET', '/v1/frameworks/-gdd?colour=blue', { as })), [':framework', '?colour']);
  assert.equal((await expect(405, 'POST', '/v1/frameworks/gdd-pcf', { as, body: {} })).headers.get('allow').includes('GET'), true);
});
