// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { all, csv, expect, sql } from '../../lib/client.mjs';
import { give, organisationId, problem, scoped } from '../../lib/access.mjs';
import { claim, force, items, log, officer } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { eventsOf } from '../../lib/trail.mjs';

// Two forces of their own, north and south; the scale of the CVF 2016 has three levels, of which 3 is the highest.
//   north  FINDER  finds for north              south  S1  level 3, service
//          N1      level 3, service                    S2  level 3, organisation
//          N2      level 2, organisation               S3  level 3, service, sensitive posting
//          N3      level 3, says nothing               S4  level 2, service, left in 2024
//          N4      level 3, service, taken back
//   NATION, posted to north, finds for the nation; N1 is assessed at level 2 by FINDER too.
let north, south, of_north, of_south, skill, other, finder, nation;

const say = async (person, reach) => expect(200, 'PUT', '/v1/me/specialist-listing', { ...officer(person), body: { reach } });

before(async () => {
  [north, south] = [organisation('north'), organisation('south')];
  sql("update organisation set region = $1 where code = $1", south);
  const cvf = await items('cop-cvf-2016');
  [skill, other] = [cvf['we-take-ownership'], cvf['we-analyse-critically']];
  of_north = force(north, [{ staff_number: 'FINDER' }, { staff_number: 'N1', unit: 'u1', worker_type: 'police_officer', rank: 'constable' },
    { staff_number: 'N2' }, { staff_number: 'N3' }, { staff_number: 'N4' }, { staff_number: 'NATION' }]);
  of_south = force(south, [{ staff_number: 'HR' }, { staff_number: 'S1' }, { staff_number: 'S2' }, { staff_number: 'S3', sensitive: 'yes' },
    { staff_number: 'S4', ends_on: '2024-12-31', leaver_type: 'other' }]);
  const people = { ...of_north.people, ...of_south.people };
  for (const [name, level, reach] of [['N1', 3, 'service'], ['N2', 2, 'organisation'], ['N3', 3], ['N4', 3, 'service'], ['S1', 3, 'service'],
    ['S2', 3, 'organisation'], ['S3', 3, 'service'], ['S4', 2, 'service']]) {
    await claim(people[name], { item: skill, level, evidence: 'secret-evidence' });
    if (reach) await say(people[name], reach);
  }
  await say(people.N4, 'none');
  await log(people.N1, { title: 'secret-title', item: skill });
  await expect(201, 'POST', `/v1/people/${people.N1}/assertions`, { ...of_north.hr, body: { item: skill, level: 2, basis: 'assessed', valid_from: '2024-06-01' } });
  give(people.FINDER, 'specialists:read', { organisation: north });
  give(people.NATION, 'specialists:read');
  finder = scoped(people.FINDER, 'specialists:read');
  nation = scoped(people.NATION, 'specialists:read');
});

const find = async (as, query = '') => (await expect(200, 'GET', `/v1/specialists?limit=500&item=${skill}${query}`, as)).json.rows;
// Of the people of this test, and of no other that runs beside it.
const names = (rows) => rows.filter((each) => [north, south].includes(each.organisation_code)).map((each) => `${each.family_name} ${each.level} ${each.basis}`);

test('who in the service can do it at expert level and is willing to be asked?', async () => {
  assert.deepEqual(names(await find(nation, '&level=3')), ['N1 3 self', 'S1 3 self']);
});

test('for an organisation those of it who let it find them, wherever else they do', async () => {
  assert.deepEqual(names(await find(finder)), ['N1 3 self', 'N1 2 assessed', 'N2 2 self']);
});

test('on one basis', async () => {
  assert.deepEqual(names(await find(finder, '&basis=assessed')), ['N1 2 assessed']);
});

test('it gives what the person consented to, and nothing that anybody wrote', async () => {
  sql("update person set email = 'n1@example.invalid' where id = $1::uuid", of_north.people.N1);
  const reply = await expect(200, 'GET', `/v1/specialists?item=${skill}&level=3`, finder);
  const { item, ...rest } = reply.json.rows[0];
  assert.equal(item, skill);
  assert.deepEqual(rest, {
    id: of_north.people.N1, given_name: 'Test', family_name: 'N1', email: 'n1@example.invalid', organisation_code: north, organisation_name: `The force of ${north}`,
    region: null, unit_name: 'u1', worker_type: 'police_officer', rank: 'constable', grade: null, role_profile_title: null, framework: 'cop-cvf-2016',
    code: 'we-take-ownership', title: rest.title, level: 3, level_title: rest.level_title, basis: 'self', since: '2024-01-01' });
  assert.doesNotMatch(reply.text, /secret/);
});

test('consent that is taken back is at an end at the next request', async () => {
  const person = of_south.people.S1;
  await say(person, 'none');
  assert.deepEqual(names(await find(nation, '&level=3')), ['N1 3 self']);
  await say(person, 'service');
  assert.deepEqual(names(await find(nation, '&level=3')), ['N1 3 self', 'S1 3 self']);
});

test('who is marked sensitive later is gone at once, for everybody, with clearance too', async () => {
  const made = force(organisation('covert'), [{ staff_number: 'HR' }, { staff_number: 'X' }]);
  const [{ code }] = (await expect(200, 'GET', '/v1/me', made.hr)).json.grants.map(({ organisation }) => organisation);
  await claim(made.people.X, { item: other, level: 3 });
  await say(made.people.X, 'service');
  give(made.people.HR, 'specialists:read sensitive:read workforce:read workforce:write', { organisation: code });
  const cleared = scoped(made.people.HR, 'specialists:read sensitive:read workforce:read workforce:write');
  const seen = async () => [cleared, nation].map((as) => expect(200, 'GET', `/v1/specialists?item=${other}&organisation=${code}`, as));
  const count = async () => (await Promise.all(await seen())).map((reply) => reply.json.rows.length);
  assert.deepEqual(await count(), [1, 1]);
  const posting = sql('select posting.id from posting join person using (person_id) where person.id = $1::uuid', made.people.X)[0];
  await expect(200, 'PATCH', `/v1/postings/${posting}`, { ...cleared, headers: { 'if-match': '*' }, body: { sensitive: true } });
  assert.deepEqual(await count(), [0, 0]);
});

test('a level that no longer holds is not found', async () => {
  const made = force(organisation('lapsed'), [{ staff_number: 'HR' }, { staff_number: 'X' }]);
  await claim(made.people.X, { item: other, level: 3, valid_until: '2024-12-31' });
  await say(made.people.X, 'service');
  const rows = (await expect(200, 'GET', `/v1/specialists?item=${other}&framework=cop-cvf-2016`, nation)).json.rows;
  assert.deepEqual(rows.filter((each) => each.id === made.people.X), []);
});

test('only an organisation, and only a region', async () => {
  assert.deepEqual(names(await find(nation, `&organisation=${north}`)), ['N1 3 self', 'N1 2 assessed']);
  assert.deepEqual(names(await find(nation, `&region=${south}`)), ['S1 3 self']);
});

test('an item finds those below it, a framework all of its', async () => {
  const cluster = (await expect(200, 'GET', `/v1/items/${skill}`, { as: 'officer' })).json.ancestors[0].id;
  const by = async (query) => names((await expect(200, 'GET', `/v1/specialists?${query}&organisation=${north}`, nation)).json.rows);
  assert.deepEqual([await by(`item=${cluster}`), await by('framework=cop-cvf-2016')], [['N1 3 self', 'N1 2 assessed'], ['N1 3 self', 'N1 2 assessed']]);
});

test('only a role', async () => {
  const profile = sql(`update posting set role_profile_id = (select min(role_profile_id) from role_profile)
                       from person where person.person_id = posting.person_id and person.id = $1::uuid
                       returning (select id from role_profile order by role_profile_id limit 1)`, of_north.people.N2)[0];
  assert.deepEqual(names(await find(finder, `&role=${profile}`)), ['N2 2 self']);
});

test('by pages it is the same list, and so it is in CSV', async () => {
  const target = `/v1/specialists?item=${skill}`;
  const list = await find(finder);
  assert.deepEqual(await all(`${target}&limit=1`, finder, 'rows'), list);
  const reply = await expect(200, 'GET', target, { ...finder, headers: { accept: 'text/csv' } });
  assert.deepEqual(csv(reply.text).map((each) => each.id), list.map((each) => each.id));
});

test('everybody found sees by whom', async () => {
  const [event] = eventsOf(await expect(200, 'GET', `/v1/specialists?item=${skill}&organisation=${north}`, nation));
  assert.deepEqual([event.kind, event.people], ['record', [of_north.people.N1]]);
  const { readers } = (await expect(200, 'GET', '/v1/record/readers', officer(of_north.people.N1))).json;
  assert.deepEqual([readers[0].operation, readers[0].reader], ['find_specialists', 'Test NATION']);
});

test('nobody has it without a grant, for units least of all, and it opens nothing else', async () => {
  const { N1, N2 } = of_north.people;
  await expect(403, 'GET', `/v1/specialists?item=${skill}`, scoped(N1, 'specialists:read'));
  give(N2, 'specialists:read', { organisation: north, unit: 'u1' });
  await expect(403, 'GET', `/v1/specialists?item=${skill}`, scoped(N2, 'specialists:read'));
  await expect(403, 'GET', `/v1/people/${N1}`, scoped(of_north.people.NATION, 'specialists:read workforce:read team:read'));
});

test('it must be said of what, and that must be there', async () => {
  const refused = async (status, query) => problem(await expect(status, 'GET', `/v1/specialists?${query}`, nation));
  assert.equal(await refused(422, 'level=3'), 'specialists_of_what ?item');
  assert.equal(await refused(404, 'framework=no-such'), 'unknown_framework ?framework');
  assert.equal(await refused(404, `item=${organisationId(north)}`), 'unknown_item ?item');
  assert.equal(await refused(404, `item=${skill}&framework=cop-cvf-2024`), 'unknown_item ?item');
  assert.equal(await refused(404, `item=${skill}&organisation=no-such`), 'unknown_organisation ?organisation');
  assert.equal(await refused(404, `item=${skill}&role=${skill}`), 'unknown_role_profile ?role');
  assert.equal(await refused(404, `item=${skill}&region=nope`), 'unknown_region ?region');
  assert.equal(await refused(422, `item=${skill}&level=19`), 'level_beyond_scale ?level');
  assert.equal(await refused(422, 'framework=cop-cvf-2024&level=19'), 'level_beyond_scale ?level');
});
