// SPDX-License-Identifier: MIT
// A database with a ledger: made-up people, a few of them with every kind of fact, and entries that are not folded yet.
import assert from 'node:assert/strict';
import { dropAfter, migratedDatabase, inDatabase, psql, run } from './service.mjs';

// What is to be done after a test, the last first: a service ends before its database does.
export function lastFirst(t) {
  const cleanups = [];
  t.after(async () => {
    for (const clean of cleanups) await clean();
  });
  return { after: (clean) => cleanups.unshift(clean) };
}

export const good = ({ status, stdout, stderr }) => assert.equal(status, 0, stdout + stderr);
export const rows = (text) => text.split('\n').filter(Boolean);
export const asOwner = (settings) => (sql) => psql(settings.SKILLSD_OWNER_URL, `set search_path = skills; ${sql}`).trim();
export const auditLedger = (settings, ...parts) => run(['audit', 'ledger', ...parts], settings);

// Folds until all is folded: a transaction that runs anywhere in the cluster holds the mark back.
export function fold(query) {
  for (let tries = 0; tries < 400; tries++) {
    query('select fold_ledger()');
    if (query('select count(*) from skill_ledger where xid >= (select mark from ledger_mark)') === '0') return;
    query('select pg_sleep(0.05)');
  }
  assert.fail('not all is folded within twenty seconds');
}

const histories = `
  insert into organisation_succession (predecessor_id, successor_id, happened_on)
  select gone.organisation_id, next.organisation_id, '2024-04-01' from organisation as gone, organisation as next where gone.code = 'cumbria' and next.code = 'lancashire';
  insert into person (given_name, family_name, synthetic) select 'Ledger', 'P' || n, true from generate_series(1, 6) as n;
  insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on, ends_before, joiner_type, leaver_type, secondment, sensitive)
  select person.person_id, organisation.organisation_id, 'L-' || person.family_name || '-' || told.starts_on, 'police_staff', told.starts_on::date, told.ends_before::date,
         told.joiner_type, told.leaver_type, coalesce(told.secondment, false), coalesce(told.sensitive, false)
  from (values ('P1', 'cumbria', '2020-01-01', '2024-04-01', null, null, null, null), ('P1', 'lancashire', '2024-04-01', null, null, null, null, null),
               ('P2', 'cumbria', '2020-01-01', '2023-03-01', null, 'transfer', null, null), ('P2', 'kent', '2023-03-01', null, 'transfer', null, null, null),
               ('P3', 'kent', '2020-01-01', null, null, null, null, null), ('P3', 'dorset', '2022-05-01', '2023-05-01', null, null, true, null),
               ('P4', 'kent', '2020-01-01', null, null, null, null, true), ('P5', 'kent', '2020-01-01', '2025-07-01', null, 'voluntary_resignation', null, null),
               ('P6', 'dorset', '2020-01-01', null, null, null, null, null))
       as told (family_name, code, starts_on, ends_before, joiner_type, leaver_type, secondment, sensitive)
  join person on person.family_name = told.family_name and person.given_name = 'Ledger'
  join organisation on organisation.code = told.code;
  insert into assertion (person_id, seen_by, framework_item_id, level, basis, valid_from, valid_before)
  select person.person_id, '{}', item.framework_item_id, told.level, told.basis, told.valid_from::date, told.valid_before::date
  from person
  cross join (values ('self', 1, '2021-01-01', null), ('self', 2, '2022-09-01', '2023-09-01'), ('assessed', 2, '2022-01-01', '2027-01-01'),
                     ('endorsed', 2, '2024-06-01', null)) as told (basis, level, valid_from, valid_before)
  cross join (select framework_item_id from item_named where framework = 'cop-cvf-2024' and code = 'we-analyse-critically') as item
  where person.given_name = 'Ledger';
  insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on)
  select assertion_id, person_id, '{}', '2025-02-01' from assertion join person using (person_id) where given_name = 'Ledger' and basis = 'endorsed';
  select see_person(person_id), post_skills(person_id, null, 'repair') from person where given_name = 'Ledger'`;

// Those who hold everything but the last of it folded; the last is one level of P6. P1 to P6 are found by family_name.
export function ledgerPlace(t) {
  const settings = migratedDatabase(t);
  good(run(['demo', '--people', '40'], settings));
  const query = asOwner(settings);
  fold(query);
  query(histories);
  fold(query);
  query(`insert into assertion (person_id, seen_by, framework_item_id, level, basis, valid_from)
         select person_id, '{}', framework_item_id, 3, 'accredited', '2023-01-01' from person, item_named
         where family_name = 'P6' and framework = 'cop-cvf-2024' and item_named.code = 'we-analyse-critically';
         select post_skills(person_id, null, 'assertion') from person where family_name = 'P6'`);
  return { settings, query, name: new URL(settings.SKILLSD_OWNER_URL).pathname.slice(1) };
}

// A copy of it, to be damaged.
export function copyOf(t, original) {
  const name = `${original.name}_${Math.random().toString(36).slice(2, 8)}`;
  const owner = process.env.SKILLSD_OWNER_URL;
  psql(inDatabase(owner, 'postgres'), `create database ${name} template ${original.name}`);
  dropAfter(t, name);
  const settings = { ...original.settings, SKILLSD_OWNER_URL: inDatabase(owner, name), SKILLSD_DATABASE_URL: inDatabase(process.env.SKILLSD_DATABASE_URL, name) };
  return { settings, query: asOwner(settings), name };
}
