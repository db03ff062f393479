// SPDX-License-Identifier: MIT
// `skillsd audit ledger` is green on a ledger as it is, and names whatever was done to it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { auditLedger, copyOf, fold, good, ledgerPlace, lastFirst } from '../lib/ledger.mjs';

let original;
const cleanups = [];
before(() => (original = ledgerPlace({ after: (clean) => cleanups.unshift(clean) })), { timeout: 120_000 });
after(async () => {
  for (const clean of cleanups) await clean();
});

// The gain that P5 brought of the level claimed first, in Kent on 1 January 2021; and the first day of P1 in Lancashire.
const who = (name) => `(select person_id from person where family_name = '${name}' and given_name = 'Ledger')`;
const where = (code) => `(select organisation_id from organisation where code = '${code}')`;
const entry = `person_id = ${who('P5')} and basis = 'self' and level = 1 and gain and effective_on = '2021-01-01'`;
const cell = (table, code, moment) =>
  `${table} set people = people + 1 where organisation_id = ${code === 'nation' ? 0 : where(code)} and ${moment} and basis = 'assessed' and level = 2 and not withheld
     and framework_item_id = (select framework_item_id from item_named where framework = 'cop-cvf-2024' and item_named.code = 'we-analyse-critically')`;
const columns = 'person_id, framework_item_id, organisation_id, xid, effective_on, level, other_level, delta, gain, withheld, basis, cause, posted_for';
const person = (name, what) => new RegExp(`^person ${name}: ${what}`, 'm');
const p5 = (what) => [['P5', what]];

// Each damage, and what must be said of it: of a person, or of what is folded.
const damages = {
  'an entry deleted': { sql: `delete from skill_ledger where ${entry}`, people: p5('.*, assessed on 2021-01-01: the facts imply 1, and 0 are booked'), folded: /^kent: flow of 2021-01-01, we-analyse-critically \(self, level 1, gained, assessed\): the entries give 1, and 2 is there$/m },
  'an entry twice': { sql: `insert into skill_ledger (${columns}) select ${columns} from skill_ledger where ${entry}`, people: p5('.*: the facts imply 1, and 2 are booked'), folded: /^kent: flow of 2021-01-01/m },
  'a changed level': { sql: `update skill_ledger set level = 4 where ${entry}`, people: p5('.*level 4.*: the facts imply 0, and 1 is booked'), folded: /^kent: balance of 2022/m },
  'a changed other level': { sql: `update skill_ledger set other_level = 4 where ${entry}`, people: p5('.*other level 4.*: the facts imply 0, and 1 is booked'), folded: /^kent: flow of 2021-01-01/m },
  'a changed organisation': { sql: `update skill_ledger set organisation_id = ${where('dorset')} where ${entry}`, people: p5('.* at dorset .*: the facts imply 0, and 1 is booked'), folded: /^dorset: month of 2021-01-01/m },
  'a changed day': { sql: `update skill_ledger set effective_on = effective_on + 1 where ${entry}`, people: p5('.* on 2021-01-02: the facts imply 0, and 1 is booked') },
  'a day in another year': { sql: `update skill_ledger set effective_on = '2020-12-31' where ${entry}`, people: p5('.* on 2020-12-31: the facts imply 0'), folded: /^kent: balance of 2021/m },
  'a changed cause': { sql: `update skill_ledger set cause = 'transferred' where ${entry}`, people: p5('.*, transferred on 2021-01-01: the facts imply 0, and 1 is booked'), folded: /^kent: flow of 2021-01-01/m },
  'a changed delta': { sql: `update skill_ledger set delta = -delta where ${entry}`, people: p5('.*: the facts imply 1, and -1 are booked'), folded: /^kent: month of 2021-01-01/m },
  'a gain made a loss': { sql: `update skill_ledger set gain = false where ${entry}`, people: p5('.*: the facts imply 0, and 1 is booked'), folded: /^kent: flow of 2021-01-01/m },
  'a changed basis': { sql: `update skill_ledger set basis = 'accredited' where ${entry}`, people: p5('.*accredited.*: the facts imply 0, and 1 is booked'), folded: /^kent: balance of 2022/m },
  'a changed item': { sql: `update skill_ledger set framework_item_id = framework_item_id + 1 where ${entry}`, people: p5('.*: the facts imply 0, and 1 is booked'), folded: /^kent: balance of 2022/m },
  'an entry no longer withheld': { sql: `update skill_ledger set withheld = false where person_id = ${who('P4')} and basis = 'self' and level = 1 and gain and effective_on = '2021-01-01'`, people: [['P4', '.*, withheld: the facts imply 1, and 0 are booked']], folded: /^kent: month of 2021-01-01/m },
  'an entry given to somebody else': { sql: `update skill_ledger set person_id = ${who('P6')} where ${entry}`, people: [...p5('.*: the facts imply 1, and 0 are booked'), ['P6', '.* at kent .*: the facts imply 0, and 1 is booked']] },
  'an entry of somebody without facts': { sql: `insert into person (given_name, family_name) values ('Ledger', 'P7'); insert into skill_ledger (${columns}) select ${columns.replace('person_id', who('P7'))} from skill_ledger where ${entry}`, people: [['P7', '.*: the facts imply 0, and 1 is booked']] },
  'an entry of nobody': { sql: `insert into skill_ledger (${columns}) select ${columns.replace('person_id', '-1').replace('xid', 'ledger_xid()')} from skill_ledger where ${entry}`, folded: /^There are entries of a person with the key -1, who is not there\.$/m },
  'an entry that is not folded, said to be': { sql: `update skill_ledger set xid = (select mark - 1 from ledger_mark) where person_id = ${who('P6')} and basis = 'accredited'`, folded: /^dorset: flow of 2023-01-01, we-analyse-critically \(accredited, level 3, gained, assessed\): the entries give 1, and 0 is there$/m },
  'an entry that is folded, said not to be': { sql: `update skill_ledger set xid = (select mark from ledger_mark) where ${entry}`, folded: /^kent: flow of 2021-01-01.*: the entries give 1, and 2 is there$/m },
  'an entry of a transaction that is yet to come': { sql: `update skill_ledger set xid = xid + 1000000 where person_id = ${who('P6')} and basis = 'accredited'`, folded: /^There are entries of transaction \d+, and the next one has number \d+\.$/m },
  'a month off by one': { sql: `update ${cell('skill_month', 'kent', "month = '2022-01-01'")}`, folded: /^kent: month of 2022-01-01, we-analyse-critically \(assessed, level 2\): the entries give 2, and 3 is there$/m },
  'a flow off by one': { sql: `update ${cell('skill_flow', 'kent', "month = '2022-01-01'")}`, folded: /^kent: flow of 2022-01-01, we-analyse-critically \(assessed, level 2, gained, assessed\): the entries give 2, and 3 is there$/m },
  'a year off by one': { sql: `update ${cell('skill_balance', 'kent', 'year = 2024')}`, folded: /^kent: balance of 2024, we-analyse-critically \(assessed, level 2\): the entries give \d+, and \d+ is there$/m },
  'the nation off by one in a month': { sql: `update ${cell('skill_month', 'nation', "month = '2022-01-01'")}`, folded: /^the nation: month of 2022-01-01, we-analyse-critically \(assessed, level 2\)/m },
  'the nation off by one in a flow': { sql: `update ${cell('skill_flow', 'nation', "month = '2022-01-01'")}`, folded: /^the nation: flow of 2022-01-01/m },
  'the nation off by one in a year': { sql: `update ${cell('skill_balance', 'nation', 'year = 2024')}`, folded: /^the nation: balance of 2024/m },
  'the nation without its years': { sql: 'delete from skill_balance where organisation_id = 0', folded: /^the nation: balance of 2024/m },
  'balances of an organisation that never was': { sql: `insert into skill_balance select 987654, year, framework_item_id, basis, level, withheld, people from skill_balance where organisation_id = ${where('kent')}`, folded: /^an unknown organisation: balance of 2024/m },
  'the last year without balances': { sql: 'update ledger_mark set horizon = horizon + 1', folded: /^kent: balance of 20\d\d/m },
  'a year of balances forgotten': { sql: 'update ledger_mark set horizon = horizon - 1', folded: /^kent: balance of 20\d\d.*: the entries give 0/m },
  'the mark moved forward': { sql: 'update ledger_mark set mark = mark + 1', folded: /^The mark stands at transaction \d+, and the last tick at \d+\.$/m },
  'the mark moved back': { sql: 'update ledger_mark set mark = mark - 1', folded: /^The mark stands at transaction \d+, and the last tick at \d+\.$/m },
  'the mark moved back with its tick': { sql: 'update ledger_mark set mark = 1; update ledger_tick set below_xid = 1 where tick_at = (select max(tick_at) from ledger_tick)', folded: /^kent: balance of 2024.*: the entries give 0/m },
  'the mark moved beyond all transactions with its tick': { sql: 'update ledger_mark set mark = mark + 1000000; update ledger_tick set below_xid = below_xid + 1000000 where tick_at = (select max(tick_at) from ledger_tick)', folded: /^The mark stands at transaction \d+, and the next one has number \d+\.$/m },
  'the last tick missing': { sql: 'delete from ledger_tick where tick_at = (select max(tick_at) from ledger_tick)', folded: /^The mark stands at transaction \d+, and the last tick at /m },
  'ticks out of order': { sql: 'update ledger_tick set below_xid = 1000000000 - below_xid', folded: /^The tick of .* stands at transaction \d+, and the one before it at \d+\.$/m },
  'an earlier day of a posting': { sql: `update posting set starts_on = '2021-06-01' where person_id = ${who('P5')}`, people: p5('.*, joined on 2021-06-01: the facts imply 1, and 0 are booked') },
  'a posting deleted': { sql: `delete from posting where person_id = ${who('P3')} and secondment`, people: [['P3', '.* at dorset .*seconded on 2022-05-01: the facts imply 0, and 1 is booked']] },
  'a leaver who was none': { sql: `update posting set leaver_type = 'transfer' where person_id = ${who('P5')}`, people: p5('.*, transferred on 2025-07-01: the facts imply -1, and 0 are booked') },
  'a merger that was none': { sql: 'delete from organisation_succession', people: [['P1', '.*, merged on 2024-04-01: the facts imply 0, and 1 is booked']] },
  'a posting withheld without a reason': { sql: `update posting set withheld = true where person_id = ${who('P3')} and not secondment`, people: [['P3', '.* at kent .*, withheld: the facts imply 1, and 0 are booked']] },
  'a changed level of an assertion': { sql: `update assertion set level = 3 where person_id = ${who('P5')} and basis = 'assessed'`, people: p5('.*assessed, level 3.*: the facts imply 1, and 0 are booked') },
  'a longer validity': { sql: `update assertion set valid_before = '2028-01-01' where person_id = ${who('P3')} and basis = 'assessed'`, people: [['P3', '.*, lapsed on 2028-01-01: the facts imply -1, and 0 are booked']] },
  'a withdrawal taken back': { sql: `delete from assertion_withdrawal where person_id = ${who('P5')}`, people: p5('.*, withdrawn on 2025-02-01: the facts imply 0, and -1 are booked') },
};

for (const [what, { sql, people = [], folded }] of Object.entries(damages)) {
  test(`found: ${what}`, { timeout: 60_000 }, (t) => {
    const { settings, query } = copyOf(t, original);
    query(sql);
    const { status, stdout } = auditLedger(settings);
    assert.equal(status, 65, `it is not found: ${stdout}`);
    assert.match(stdout, /: [1-9]\d* faults\.$/m);
    for (const [name, said] of people) assert.match(stdout, person(query(`select id from person where person_id = ${who(name)}`), said));
    if (folded) assert.match(stdout, folded);
  });
}

test('the ledger as it is has no fault: all of it, of a person, of an organisation', () => {
  const id = original.query(`select id from person where person_id = ${who('P5')}`);
  for (const parts of [[], ['--person', id], ['--organisation', 'kent']]) {
    const reply = auditLedger(original.settings, ...parts);
    good(reply);
    assert.match(reply.stdout, /^\d+ people with \d+ entries, and what is folded of \d+ organisations: no faults\.$/m);
  }
});

test('the proof of a person or an organisation is of nothing else', (context) => {
  const t = lastFirst(context);
  const { settings, query } = copyOf(t, original);
  query(`update skill_ledger set level = 4 where ${entry}`);
  const of = (name) => auditLedger(settings, '--person', query(`select id from person where person_id = ${who(name)}`)).status;
  assert.deepEqual([of('P5'), of('P6'), of('P3')], [65, 0, 0]);
  const at = (code) => auditLedger(settings, '--organisation', code).status;
  assert.deepEqual([at('kent'), at('dorset')], [65, 0]);
});

test('who waits in the backlog is passed over, said so, and found again afterwards', (context) => {
  const t = lastFirst(context);
  const { settings, query } = copyOf(t, original);
  query(`update assertion set level = 3 where person_id = ${who('P5')} and basis = 'assessed'; select leave_to_ledger(array[${who('P5')}], 'repair')`);
  const waits = auditLedger(settings);
  good(waits);
  assert.match(waits.stdout, /^1 people wait for their entries and were passed over\.$/m);
  query('delete from skill_backlog');
  assert.equal(auditLedger(settings).status, 65);
  query(`select leave_to_ledger(array[${who('P5')}], 'repair')`);
  query('select post_backlog(10)');
  good(auditLedger(settings));
});

test('years go by, and a clock is put back: balances reach as far as they did, and are right', (context) => {
  const t = lastFirst(context);
  const { settings, query } = copyOf(t, original);
  const today = (day) => query(`create or replace function london_today() returns date language sql stable parallel safe return date '${day}'`);
  const claims = (name) => query(`insert into assertion (person_id, seen_by, framework_item_id, level, basis, valid_from)
    select person_id, '{}', framework_item_id, 4, 'self', '2024-02-01' from person, item_named
    where family_name = '${name}' and framework = 'cop-cvf-2024' and item_named.code = 'we-analyse-critically';
    select post_skills(person_id, null, 'assertion') from person where family_name = '${name}'`);
  const horizon = () => Number(query('select horizon from ledger_mark'));
  const steps = [['2027-01-01', 'P1', 2028], ['2031-06-01', 'P2', 2032], ['2026-12-31', 'P3', 2032], ['2031-06-01', 'P4', 2032]];
  for (const [day, name, reaches] of steps) {
    today(day);
    claims(name);
    fold(query);
    assert.equal(horizon(), reaches);
    const { status, stdout } = auditLedger(settings);
    assert.equal(status, 0, `${day}: ${stdout}`);
  }
});
