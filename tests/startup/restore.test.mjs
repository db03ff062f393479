// SPDX-License-Identifier: MIT
// A dump of the ledger, restored into another cluster whose transactions are numbered from the beginning, and back again: every figure stays, what was
// known at a time stays known, and posting and folding go on.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import pg from 'pg';
import { dump, otherCluster, restoreInto } from '../lib/cluster.mjs';
import { asOwner, auditLedger, copyOf, fold, good, ledgerPlace, lastFirst, rows } from '../lib/ledger.mjs';
import { bearer, dropAfter, folder, inDatabase, run, serve, token, until } from '../lib/service.mjs';

let original;
const cleanups = [];
before(() => (original = ledgerPlace({ after: (clean) => cleanups.unshift(clean) })), { timeout: 120_000 });
after(async () => {
  for (const clean of cleanups) await clean();
});

const item = "(select framework_item_id from item_named where framework = 'cop-cvf-2024' and item_named.code = 'we-analyse-critically')";
const who = (name) => `(select person_id from person where family_name = '${name}' and given_name = 'Ledger')`;
const days = ['2021-01-01', '2022-10-15', '2024-04-01', '2025-12-31', '2026-02-28', '2027-06-01', '2031-03-03'];

// Records a level of somebody from 2024 on, and posts it.
const record = (query, name, level, basis = 'self') =>
  query(`insert into assertion (person_id, seen_by, framework_item_id, level, basis, valid_from) values (${who(name)}, '{}', ${item}, ${level}, '${basis}', '2024-01-01');
         select post_skills(${who(name)}, ${item}, 'assertion')`);
const withdraw = (query, name, basis) =>
  query(`insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on)
         select assertion_id, person_id, '{}', '2024-03-01' from assertion where person_id = ${who(name)} and basis = '${basis}'
           and assertion_id not in (select assertion_id from assertion_withdrawal) order by assertion_id desc limit 1;
         select post_skills(${who(name)}, ${item}, 'withdrawal')`);

// Standing of every organisation and the nation on some days, its flows of ten years, its postings, versions of activities and what is asserted: as text, in an edition, or now.
const figures = (query, edition = null) =>
  query(`select organisation_id, day, standing::text from (select organisation_id from organisation where code in ('kent', 'dorset', 'cumbria', 'lancashire') union select 0) as place
         cross join unnest('{${days}}'::date[]) as day cross join lateral skills_standing(organisation_id, day, ${edition ? `'${edition}'` : 'null'}) as standing
         union all
         select organisation_id, null, flow::text from organisation cross join lateral skills_flow(organisation_id, '2020-01-15', '2030-01-15', ${edition ? `'${edition}'` : 'null'}) as flow
         where code in ('kent', 'dorset', 'cumbria', 'lancashire')
         union all
         select organisation.organisation_id, null, posting::text from organisation cross join lateral postings_known(organisation.organisation_id, ${edition ? `'${edition}'` : 'null'}) as posting
         where code in ('kent', 'dorset', 'cumbria', 'lancashire')
         union all
         select 0, null, (said.activity_id, said.version)::text from activity_version as said, edition_bounds(${edition ? `'${edition}'` : 'null'}) as given
         where version_known(said.known_from, said.known_before, given.xmin, given.xmax, given.running)
         union all
         select 0, null, (said.assertion_id, said.holds_before)::text from edition_bounds(${edition ? `'${edition}'` : 'null'}) as given
         cross join lateral assertions_known(given.xmin, given.xmax, given.running) as said
         order by 1, 2, 3`);
// What has versions and no entries is written: a posting changed, an activity told anew.
const rewrite = (query, name) =>
  query(`update posting set grade = coalesce(grade, '') || 'x' where person_id = ${who(name)};
         insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned)
         select activity_id, version + 1, person_id, seen_by, title, happened_on, learned from activity_version
         where (activity_id, version) = (select activity_id, max(version) from activity_version where activity_id = (select min(activity_id) from activity) group by 1)`);
const editionOf = (query, tick) => query(`select ledger_edition_of('${tick}')`);
const ticks = (query) => rows(query("select to_char(tick_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' from ledger_tick order by tick_at"));

// What is said now: figures of this moment by its edition, and of every tick by its time.
function remember(query) {
  const edition = query('select ledger_edition()');
  return { now: figures(query), edition, byEdition: figures(query, edition), byTick: ticks(query).map((tick) => [tick, figures(query, editionOf(query, tick))]) };
}

// The same again, whatever has been written since.
function assertRemembered(query, known) {
  assert.equal(figures(query, known.edition), known.byEdition, 'an edition is not what it was');
  for (const [tick, then] of known.byTick) assert.equal(figures(query, editionOf(query, tick)), then, `what was known at ${tick} is not what it was`);
}

// Uses up so many transaction numbers of a cluster, by savepoints that write.
const burn = (query, numbers) =>
  query(`create temporary table burnt (n int); do $$ begin for n in 1..${numbers} loop begin insert into burnt values (n); exception when others then null; end; end loop; end $$`);

// Goes on in a restored database: each step is seen at once in the figures, folded or not.
function goOn(settings, query) {
  const standing = (level) => Number(query(`select coalesce(sum(people), 0) from skills_standing((select organisation_id from organisation where code = 'dorset'), '2024-12-31', null)
                                            where framework_item_id = ${item} and basis = 'assessed' and level = ${level}`));
  const before = standing(4);
  record(query, 'P6', 4, 'assessed');
  rewrite(query, 'P5');
  assert.equal(standing(4), before + 1, 'a new entry is not seen before it is folded');
  good(auditLedger(settings));
  fold(query);
  assert.equal(standing(4), before + 1, 'a new entry is not seen once when it is folded');
  withdraw(query, 'P6', 'assessed');
  assert.equal(standing(4), before);
  fold(query);
  assert.equal(standing(4), before);
  good(auditLedger(settings));
}

test('restored into a new cluster and back: figures equal, known_at kept, posting and folding go on, the proof is green', { timeout: 300_000 }, async (context) => {
  const t = lastFirst(context);
  const old = copyOf(t, original);
  const file = join(folder(t), 'ledger.dump');
  burn(old.query, 20000);
  record(old.query, 'P3', 3);
  fold(old.query);
  record(old.query, 'P2', 4);
  rewrite(old.query, 'P2');
  withdraw(old.query, 'P1', 'self');
  fold(old.query);

  // The edition of a moment in which a transaction is running: it has a number between those of others.
  const running = new pg.Client({ connectionString: old.settings.SKILLSD_OWNER_URL, options: '-c search_path=skills' });
  await running.connect();
  await running.query('begin');
  await running.query(`insert into assertion (person_id, seen_by, framework_item_id, level, basis, valid_from) values (${who('P4')}, '{}', ${item}, 1, 'accredited', '2023-01-01')`);
  await running.query(`select post_skills(${who('P4')}, ${item}, 'assertion')`);
  record(old.query, 'P5', 4, 'endorsed');
  const whileRunning = remember(old.query);
  assert.match(whileRunning.edition, /^\d+:\d+:\d/, 'the running transaction is not in the edition');
  await running.query('commit');
  await running.end();
  assertRemembered(old.query, whileRunning);

  // Not folded, not even posted: both come along.
  old.query(`update posting set ends_before = '2025-05-01' where person_id = ${who('P6')}; select leave_to_ledger(array[${who('P6')}], 'import')`);
  const known = remember(old.query);
  const mark = Number(old.query('select mark from ledger_mark'));
  assert.ok(Number(old.query('select count(*) from skill_ledger where xid >= (select mark from ledger_mark)')) > 0);
  dump(old.settings.SKILLSD_OWNER_URL, file);

  const cluster = await otherCluster(t);
  restoreInto('restored', file, cluster.superuser);
  const settings = { ...old.settings, ...cluster.settings('restored') };
  const query = asOwner(settings);
  assert.ok(Number(query('select txid_current()')) < mark, 'the numbers of the new cluster are not below the mark, so nothing is tried');
  assert.equal(figures(query), known.now, 'figures before anything is written');
  good(auditLedger(settings));
  assert.equal(query('select post_backlog(10)'), '1');
  assert.notEqual(figures(query), known.now);
  for (const then of [known, whileRunning]) assertRemembered(query, then);
  goOn(settings, query);
  for (const then of [known, whileRunning]) assertRemembered(query, then);
  assert.equal(query("select count(*) from ledger_mark where cluster = ledger_cluster() and xid_offset > 0"), '1');

  // The service serves it, its clerk folds, and HR is given the old figures by their edition over HTTP.
  const service = await serve(t, settings);
  await service.ready();
  record(query, 'P4', 4, 'endorsed');
  await until('the clerk folds', 20, () => query('select count(*) from skill_ledger where xid >= (select mark from ledger_mark)') === '0');
  const hr = bearer(token('hr', settings));
  for (const edition of [known.edition, whileRunning.edition]) {
    const { status, json } = await service.ask(`/v1/reports/coverage?framework=cop-cvf-2024&detail=held&basis=each&as_of=2025-12-31&edition=${edition}`, { headers: hr });
    assert.equal(status, 200);
    assert.ok(json.rows.length > 0);
  }
  await service.stop();
  const later = remember(query);
  good(auditLedger(settings));

  // And back into the first cluster, whose own numbers have gone on meanwhile.
  dump(settings.SKILLSD_OWNER_URL, file);
  const back = `${old.name}_back`;
  const superuser = (name = 'postgres') => inDatabase(process.env.SKILLSD_TEST_SUPERUSER_URL, name);
  restoreInto(back, file, superuser);
  dropAfter(t, back);
  const again = { ...old.settings, SKILLSD_OWNER_URL: inDatabase(old.settings.SKILLSD_OWNER_URL, back), SKILLSD_DATABASE_URL: inDatabase(old.settings.SKILLSD_DATABASE_URL, back) };
  const asked = asOwner(again);
  assert.equal(figures(asked), later.now);
  good(auditLedger(again));
  goOn(again, asked);
  for (const then of [known, whileRunning, later]) assertRemembered(asked, then);
});

// As the first who writes in a restored database, five at once and each in a transaction that goes on while others come and the ledger is folded.
async function writeFirst(settings) {
  const clients = await Promise.all(Array.from({ length: 6 }, async () => {
    const client = new pg.Client({ connectionString: settings.SKILLSD_OWNER_URL, options: '-c search_path=skills' });
    await client.connect();
    return client;
  }));
  const write = async (client, n) => {
    await client.query('begin');
    if (n % 2 === 0) await client.query(`update posting set grade = 'x' where person_id = ${who(`P${1 + n}`)}`);
    await client.query(`with made as (
      insert into assertion (person_id, seen_by, framework_item_id, level, basis, valid_from) values (${who(`P${1 + n}`)}, '{}', ${item}, 2, 'self', '2021-05-0${1 + n}')
      returning person_id, framework_item_id) select post_skills(person_id, framework_item_id, 'assertion') from made`);
    await new Promise((done) => setTimeout(done, 40 * n));
    await client.query('commit');
  };
  const folds = async (client) => {
    for (let i = 0; i < 20; i++) await client.query('select fold_ledger(), pg_sleep(0.02)');
  };
  await Promise.all([...clients.slice(0, 5).map(write), folds(clients[5])]);
  await Promise.all(clients.map((client) => client.end()));
}

// Whatever need not make an entry: numbers that are given after a restore are above its, and a change of it is a tick of its own.
for (const [table, column] of [['posting', 'known_from'], ['posting_past', 'known_before'], ['activity_version', 'known_from'], ['role_profile_version', 'known_from'], ['unit', 'known_from'],
  ['unit_past', 'known_before'], ['organisation_succession', 'known_from'], ['assertion', 'known_from'], ['assertion_withdrawal', 'known_from'], ['record_share', 'known_from']]) {
  test(`${table} is known to the numbering of the ledger`, async (context) => {
    const { query } = copyOf(lastFirst(context), original);
    const high = 7_000_000_000;
    query(`update posting set grade = 'x' where person_id = ${who('P1')};
           insert into unit_past values (1, (select min(organisation_id) from organisation), null, 0, 1);
           insert into organisation_succession (predecessor_id, successor_id, happened_on)
           select min(organisation_id), max(organisation_id), '1999-01-01' from organisation;
           insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on) select assertion_id, person_id, seen_by, valid_from from assertion limit 1;
           insert into record_share (person_id, organisation_id, until_day) select ${who('P1')}, min(organisation_id), '1999-01-01' from organisation;
           insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned)
           select activity_id, version + 1, person_id, seen_by, title, happened_on, learned from activity_version
           where (activity_id, version) = (select activity_id, max(version) from activity_version where activity_id = (select min(activity_id) from activity) group by 1)`);
    assert.equal(query(`select known_between(${high}, ${high + 1})`), 'f');
    query(`update ${table} set ${column} = ${high} where ctid = (select ctid from ${table} order by ${column} desc limit 1)`);
    assert.equal(query(`select known_between(${high}, ${high + 1})`), 't');
    query('update ledger_mark set cluster = 1');
    assert.equal(query('select ledger_offset()'), String(high + 1));
  });
}

for (const which of ['below', 'above']) {
  test(`writers who come before the first fold after a restore are counted once, where the numbers of the cluster are ${which} the mark`, { timeout: 120_000 }, async (context) => {
    const t = lastFirst(context);
    const old = copyOf(t, original);
    const file = join(folder(t), 'ledger.dump');
    if (which === 'below') burn(old.query, 20000);
    record(old.query, 'P3', 3);
    fold(old.query);
    // The last that was written, long after the last entry, has versions alone.
    burn(old.query, 5000);
    rewrite(old.query, 'P2');
    const known = remember(old.query);
    dump(old.settings.SKILLSD_OWNER_URL, file);
    const cluster = await otherCluster(t);
    restoreInto('restored', file, cluster.superuser);
    const settings = { ...old.settings, ...cluster.settings('restored') };
    const query = asOwner(settings);
    const next = () => Number(query('select txid_current()'));
    const mark = Number(query('select mark from ledger_mark'));
    if (which === 'above') burn(query, Math.max(0, mark - next()) + 1000);
    assert.equal(next() < mark ? 'below' : 'above', which);
    const restored = remember(query);
    assert.equal(restored.now, known.now);
    assert.equal(restored.byEdition, known.now, 'an edition of a moment before anybody wrote has not all that came with the dump');
    await writeFirst(settings);
    fold(query);
    const { status, stdout } = auditLedger(settings);
    assert.equal(status, 0, stdout);
    for (const then of [known, restored]) assertRemembered(query, then);
    assert.equal(run(['check'], settings).status, 0);
  });
}
