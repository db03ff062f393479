// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect, pointers, token } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { posted, run } from '../../lib/posted.mjs';

// Everybody here has the family name "NAME-RUN" and the given name "Test".
const many = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`Many${String(i).padStart(2, '0')}`, {}]));
let lancashire, humberside;

before(() => {
  humberside = posted('humberside', { HR: {}, Finch: {} });
  lancashire = posted('lancashire', {
    HR: {}, A: {}, Finch: { unit: `desk-${run}`, rank: 'sergeant', worker_type: 'police_officer' }, Fincham: {}, Finchley: { sensitive: 'yes' },
    Fincher: { ends_on: '2024-12-31' }, Finchingfield: { starts_on: '2199-01-01' }, ...many,
  });
});

const find = async (name, options = officer(lancashire.A)) => (await expect(200, 'GET', `/v1/colleagues?name=${encodeURIComponent(name)}`, options)).json.colleagues;
const mine = (rows) => rows.filter(({ family_name }) => family_name.endsWith(run));
const names = (rows) => mine(rows).map(({ family_name }) => family_name.split('-')[0]);

test('by the beginning of the family name, whatever its case, with unit and rank and nothing more', async () => {
  const rows = await find(`finch-${run}`);
  assert.deepEqual(rows, [{ id: lancashire.Finch, given_name: 'Test', family_name: `Finch-${run}`, organisation: 'lancashire', unit_name: rows[0].unit_name, rank: 'sergeant' }]);
  assert.ok(rows[0].unit_name);
  assert.deepEqual(names(await find(`Fincham-${run}`)), ['Fincham']);
  assert.deepEqual(names(await find(`test finch-${run}`)), ['Finch']);
  assert.deepEqual(await find('%'.repeat(3)), []);
});

test('not somebody withheld, gone, yet to come or of another force, and not oneself', async () => {
  for (const name of ['Finchley', 'Fincher', 'Finchingfield', 'A']) assert.deepEqual(await find(`${name}-${run}`), []);
  assert.deepEqual(mine(await find(`Finch-${run}`, officer(humberside.HR))).map(({ id }) => id), [humberside.Finch]);
  assert.deepEqual(await find(`Finch-${run}`, officer(lancashire.Fincher)), []);
});

test('at most twenty', async () => {
  assert.equal((await find('Many')).length, 20);
  assert.deepEqual(names(await find(`Many07-${run}`)), ['Many07']);
});

test('refused: no token, no record:read, a name of one letter or of none', async () => {
  await expect(401, 'GET', '/v1/colleagues?name=Finch');
  await expect(403, 'GET', '/v1/colleagues?name=Finch', { as: { token: token('officer', lancashire.A, 'record:write') } });
  await expect(403, 'GET', '/v1/colleagues?name=Finch', { as: 'college' });
  for (const query of ['', '?name=F', '?name=%20%20%20']) assert.deepEqual(pointers(await expect(400, 'GET', `/v1/colleagues${query}`, officer(lancashire.A))), ['?name']);
});
