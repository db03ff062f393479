// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { before } from 'node:test';
import { expect, pointers, sql } from '../../lib/client.mjs';
import { organisationId, problem, scoped } from '../../lib/access.mjs';
import { claim, items, log, officer } from '../../lib/force.mjs';
import { posted } from '../../lib/posted.mjs';

// M moved from Thames Valley to Northamptonshire with the year 2024; F joins there in 2199; L left it in 2022 and serves nobody.
let thames, northamptonshire, item, made, logged;
const target = '/v1/shares';
const share = (status, body, options = officer(thames.M)) => expect(status, 'POST', target, { ...options, body: { organisation: 'northamptonshire', ...body } });
const seen = async () => {
  const { assertions } = (await expect(200, 'GET', `/v1/people/${thames.M}/assertions?state=all`, northamptonshire.hr)).json;
  return assertions.map(({ id }) => Object.keys(made).find((name) => made[name] === id)).sort();
};
const end = ({ id }) => expect(204, 'DELETE', `${target}/${id}`, officer(thames.M));

before(async () => {
  thames = posted('thames-valley', { HR: {}, M: { ends_on: '2023-12-31', leaver_type: 'transfer' }, F: {} });
  northamptonshire = posted('northamptonshire', {
    HR: {}, M: { person_id: thames.M, starts_on: '2024-01-01', subject: '' }, F: { person_id: thames.F, starts_on: '2199-01-01', subject: '' },
    L: { ends_on: '2022-12-31', leaver_type: 'other' } });
  item = (await items('cop-cvf-2016'))['we-take-ownership'];
  const valid = (from, until) => claim(thames.M, { item, level: 1, valid_from: from, valid_until: until });
  made = { y2020: (await valid('2020-01-01', '2020-12-31')).id, y2022: (await valid('2022-01-01', '2022-12-31')).id, y2024: (await valid('2024-02-01')).id };
  logged = (await log(thames.M, { happened_on: '2022-05-05' })).id;
});

test('the days shared are seen at the next request, and only those', async () => {
  assert.deepEqual(await seen(), ['y2024']);
  const reply = await share(201, { from: '2022-06-01', until: '2023-12-31' });
  const { id, shared_at, organisation_name, ...told } = reply.json;
  assert.deepEqual(told, { organisation: 'northamptonshire', from: '2022-06-01', until: '2023-12-31', ended_at: null });
  assert.equal(reply.headers.get('location'), `${target}/${id}`);
  assert.ok(organisation_name && Math.abs(Date.now() - Date.parse(shared_at)) < 60_000);
  assert.deepEqual(await seen(), ['y2022', 'y2024']);
  assert.equal((await expect(200, 'GET', `/v1/assertions/${made.y2022}`, northamptonshire.hr)).json.id, made.y2022);
  await end(reply.json);
});

test('from the beginning to today, when no days are given', async () => {
  const { json } = await share(201, { organisation: organisationId('northamptonshire') });
  assert.deepEqual([json.organisation, json.from, json.until], ['northamptonshire', null, sql('select london_today()')[0]]);
  assert.deepEqual(await seen(), ['y2020', 'y2022', 'y2024']);
  await end(json);
  assert.deepEqual(await seen(), ['y2024']);
});

test('the first and the last day count, and one day is enough', async () => {
  for (const [from, until, names] of [['2020-12-31', '2022-01-01', ['y2020', 'y2022', 'y2024']], ['2021-01-01', '2021-12-31', ['y2024']], ['2022-12-31', '2022-12-31', ['y2022', 'y2024']]]) {
    const { json } = await share(201, { from, until });
    assert.deepEqual(await seen(), names);
    await end(json);
  }
});

test('what is withdrawn or changed after it was shared stays seen', async () => {
  const { json } = await share(201, { from: '2022-01-01', until: '2022-12-31' });
  await expect(200, 'PATCH', `/v1/activities/${logged}`, { ...officer(thames.M), body: { title: 'Another title' }, headers: { 'if-match': '*' } });
  const later = await claim(thames.M, { item, level: 2, valid_from: '2022-03-01', valid_until: '2022-03-31' });
  await expect(200, 'GET', `/v1/assertions/${later.id}`, northamptonshire.hr);
  const organisations = sql(`select o.code from activity a join organisation o on o.organisation_id = any (a.seen_by) where a.id = $1::uuid order by 1`, logged);
  assert.deepEqual(organisations, ['northamptonshire', 'thames-valley']);
  await end(json);
  await expect(404, 'GET', `/v1/assertions/${later.id}`, northamptonshire.hr);
  assert.deepEqual(sql(`select o.code from activity a join organisation o on o.organisation_id = any (a.seen_by) where a.id = $1::uuid`, logged), ['thames-valley']);
});

test('before the first day at the new force too, but with no other one', async () => {
  assert.equal((await share(201, {}, officer(thames.F))).json.organisation, 'northamptonshire');
  for (const organisation of ['kent', 'nowhere', randomUUID()])
    assert.equal(problem(await share(422, { organisation })), 'share_without_posting /organisation');
  assert.equal(problem(await share(422, {}, officer(northamptonshire.L))), 'share_without_posting /organisation');
});

test('neither the days to come nor days the wrong way round', async () => {
  assert.equal(problem(await share(422, { until: '2199-01-01' })), 'share_in_future /until');
  assert.equal(problem(await share(422, { from: '2023-01-01', until: '2022-12-31' })), 'share_days_reversed /until');
  assert.equal(problem(await share(422, { from: '2199-01-01' })), 'share_days_reversed /until');
});

test('the same request again gives the same reply and no second share', async () => {
  const options = { ...officer(thames.M), headers: { 'idempotency-key': randomUUID() } };
  const first = await share(201, {}, options);
  assert.equal((await share(201, {}, options)).text, first.text);
  assert.deepEqual(sql(`select count(*) from record_share join person using (person_id) where person.id = $1::uuid and ended_at is null`, thames.M), ['1']);
  await end(first.json);
});

test('every fault of a body is named at once', async () => {
  assert.deepEqual(pointers(await share(422, { organisation: '', from: 'x', until: '2026-02-30', person: thames.M })), ['/from', '/organisation', '/person', '/until']);
  assert.deepEqual(pointers(await share(422, { organisation: undefined })), ['/organisation']);
});

test('it is the person\'s to do: without a token 401, without record:write and for a system 403', async () => {
  await share(401, {}, {});
  await share(403, {}, scoped(thames.M, 'record:read'));
  for (const as of ['college', 'auditor', 'administrator']) await share(403, {}, { as });
});
