// SPDX-License-Identifier: MIT
// The same through the service: several people and HR claim, record, succeed and withdraw at once, over HTTP and of each other's records, while its clerk
// folds and the ledger is compared with the facts. Settings: LEDGER_SEED.
import assert from 'node:assert/strict';
import test from 'node:test';
import { good, lastFirst } from '../lib/ledger.mjs';
import { bearer, migratedDatabase, run, serve } from '../lib/service.mjs';
import { check, checkEnd } from './checker.mjs';
import { connect, dayText, makeWorld, random, windowOf } from './world.mjs';

const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Date.now() / 86400000));
const today = Math.floor(Date.now() / 86400000);
const clients = 5, requests = 40;

// People of a world who can sign in; the first of each organisation is its HR too.
async function signIn(owner, world, settings) {
  const people = (await owner.query('select person_id::int as person, person.id, organisation_id as organisation from person join posting using (person_id) where person_id = any ($1) order by 1', [world.people])).rows;
  await owner.query(`insert into account (issuer, subject, person_id) select $2, 'property-' || person_id, person_id from person where person_id = any ($1)`, [world.people, process.env.SKILLSD_OIDC_ISSUER]);
  await owner.query(
    `insert into access_grant (account_id, organisation_id, scopes, starts_on, granted_by)
     select distinct on (organisation_id) account.account_id, posting.organisation_id, '{workforce:read,reports:organisation,competencies:assess}'::text[], date '2020-01-01', 'test'
     from posting join account using (person_id) where person_id = any ($1) order by organisation_id, account.account_id`, [world.people]);
  const hr = new Set((await owner.query('select person_id::int as person from access_grant join account using (account_id) where person_id = any ($1)', [world.people])).rows.map(({ person }) => person));
  return people.map(({ person, id, organisation }) => {
    const reply = run(['token', '--as', hr.has(person) ? 'hr' : 'officer', '--person', id], settings);
    good(reply);
    return { id, organisation, hr: hr.has(person), headers: { ...bearer(reply.stdout.trim()), 'content-type': 'application/json' } };
  });
}

const level = (draw, item) => (item.levels ? { level: 1 + draw.below(3) } : {});
function validity(draw) {
  const from = windowOf.first + draw.below(300);
  return { valid_from: dayText(from), valid_until: draw.chance(0.5) ? dayText(from + draw.below(120)) : null };
}

// One request, drawn: mostly by somebody who may make it, and sometimes not. {by, target, body, item}.
function drawn(draw, people, items, made) {
  const me = draw.pick(people), other = draw.pick(people), item = draw.pick(items), old = made.length ? draw.pick(made) : undefined;
  const acts = [
    ['/v1/assertions', { item: item.uuid, ...level(draw, item), ...validity(draw) }],
    [`/v1/people/${other.id}/assertions`, { item: item.uuid, basis: draw.pick(['endorsed', 'assessed', 'accredited']), ...level(draw, item), ...validity(draw) }],
    ...(old ? [[`/v1/assertions/${old.id}/successor`, { ...level(draw, old.item), ...validity(draw) }],
      [`/v1/assertions/${old.id}/withdrawal`, { withdrawn_on: dayText(windowOf.first + draw.below(today - windowOf.first)) }]] : []),
  ];
  const [target, body] = draw.pick(acts);
  const aboutOld = old && target.includes(old.id);
  const assessors = people.filter(({ hr, organisation }) => hr && organisation === other.organisation);
  const by = draw.chance(0.1) ? me : aboutOld ? old.by : target.startsWith('/v1/people') ? draw.pick(assessors) : me;
  return { by, target, body, item: aboutOld ? old.item : item };
}

test(`writers over HTTP, seed ${seed}`, { timeout: 180_000 }, async (context) => {
  const t = lastFirst(context);
  const settings = migratedDatabase(t);
  good(run(['demo', '--people', '10'], settings));
  const owner = await connect(settings.SKILLSD_OWNER_URL), looker = await connect(settings.SKILLSD_OWNER_URL);
  t.after(() => Promise.all([owner.end(), looker.end()]));
  const earlier = (await owner.query(`select organisation_id::int as organisation, framework_item_id::int as item, basis, level, other_level as other, gain, cause,
    effective_on - date '1970-01-01' as day, delta from skill_ledger`)).rows;
  const world = await makeWorld(owner, { number: 1, people: 14, seed });
  for (const item of world.items) item.uuid = (await owner.query('select id from framework_item where framework_item_id = $1', [item.id])).rows[0].id;
  const people = await signIn(owner, world, settings);
  const service = await serve(t, settings);
  await service.ready();

  const said = [], made = [], statuses = new Map(), options = { draw: random(seed), said, earlier };
  const write = async (draw) => {
    for (let n = 0; n < requests; n++) {
      const { by, target, body, item } = drawn(draw, people, world.items, made);
      const reply = await service.ask(target, { method: 'POST', headers: { ...by.headers, 'if-match': '*' }, body: JSON.stringify(body) });
      const act = target.replace(/[0-9a-f-]{36}/, ':id');
      statuses.set(`${act} ${reply.status}`, (statuses.get(`${act} ${reply.status}`) ?? 0) + 1);
      assert.ok(reply.status < 500, `${target} answers ${reply.status}: ${reply.text}`);
      if (reply.status === 201) made.push({ id: reply.json.id, by, item });
    }
  };
  const going = { on: true };
  let looks = 0;
  const look = async () => {
    for (; going.on; looks++) await check(looker, world, options);
  };
  const looking = look();
  looking.catch(() => {});
  await Promise.race([looking, Promise.all(Array.from({ length: clients }, (_, n) => write(random(seed * 13 + n))))]).finally(() => (going.on = false));
  await looking;
  for (const act of ['/v1/assertions 201', '/v1/people/:id/assertions 201', '/v1/assertions/:id/successor 201', '/v1/assertions/:id/withdrawal 200'])
    assert.ok((statuses.get(act) ?? 0) > 0, `${act} never came: ${JSON.stringify([...statuses])}`);
  assert.ok(looks > 3, `only ${looks} looks`);
  const ids = (await owner.query('select assertion_id::int as key, id from assertion where person_id = any ($1)', [world.people])).rows;
  world.committed.assertions = new Set(made.map(({ id }) => ids.find((row) => row.id === id)?.key ?? id));
  await check(looker, world, options);
  await checkEnd(looker, world, said);
  good(run(['audit', 'ledger'], settings));
});
