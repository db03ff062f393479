// SPDX-License-Identifier: MIT
// `skillsd demo --years`: a nation that is made in steps, the same each time, and never beside real people.
import assert from 'node:assert/strict';
import test from 'node:test';
import { begin, migratedDatabase, psql, run, until } from '../lib/service.mjs';

const size = ['demo', '--people', '45', '--years', '4'];
const value = (url, sql) => psql(url, `set search_path = skills; ${sql}`).trim();
const number = (url, sql) => Number(value(url, sql));

// Everything that was made up, without inner keys and times of recording.
const facts = (url) => value(url, `
  select md5(string_agg(line, '|' order by line))
  from (
      select concat_ws(',', person.id, given_name, family_name, email,
                       (select string_agg(code, ' ' order by code) from organisation where organisation_id = any (seen_by))) as line
      from person
      union all
      select concat_ws(',', posting.id, code, staff_number, worker_type, rank, grade, posting.starts_on, posting.ends_before, joiner_type, leaver_type, counts, secondment)
      from posting join organisation using (organisation_id)
      union all
      select concat_ws(',', id, title, happened_on, minutes, stage) from activity_version join activity using (activity_id)
      union all
      select concat_ws(',', id, level, basis, valid_from, valid_before, assessor,
                       (select before.id from assertion as before where before.assertion_id = assertion.succeeds))
      from assertion
      union all
      select concat_ws(',', id, withdrawn_on, withdrawal.reason) from assertion_withdrawal as withdrawal join assertion using (assertion_id)
  ) as made`);

test('a nation', { timeout: 300_000 }, async (t) => {
  const database = migratedDatabase(t);
  const url = database.SKILLSD_OWNER_URL;
  const made = run(size, database);
  assert.equal(made.status, 0, made.stderr);
  const whole = facts(url);

  await t.test('is as large as asked for at all times, spread over organisations', () => {
    assert.match(made.stdout, /^\d+ made-up people in 49 organisations, 45 at a time, with \d+ postings, \d+ activities and \d+ assertions\.$/m);
    const sizes = value(url, `
      select string_agg(people::text, ' ')
      from (
          select count(distinct person_id) as people
          from generate_series((select max(recorded_at)::date from person) - 1400, current_date - 30, interval '100 days') as day
          join posting on starts_on <= day and (ends_before is null or ends_before > day)
          group by day
      ) as counted`).split(' ').map(Number);
    assert.ok(sizes.length >= 13 && sizes.every((people) => people >= 40 && people <= 45), sizes.join(' '));
    assert.ok(number(url, 'select count(distinct organisation_id) from posting') > 20);
    const largest = value(url, 'select code from posting join organisation using (organisation_id) group by code order by count(distinct person_id) desc limit 1');
    assert.equal(largest, 'metropolitan');
  });

  await t.test('has people who leave, assertions on every basis, and some that lapse, are renewed, succeeded and withdrawn', () => {
    assert.equal(value(url, "select string_agg(distinct basis, ' ' order by basis) from assertion"), 'accredited assessed endorsed self');
    assert.ok(number(url, 'select count(*) from posting where leaver_type is not null') > 3);
    const causes = value(url, "select string_agg(distinct cause, ' ' order by cause) from skill_ledger").split(' ');
    for (const cause of ['assessed', 'joined', 'lapsed', 'left', 'renewed', 'superseded', 'withdrawn']) assert.ok(causes.includes(cause), `${cause}: ${causes}`);
    assert.ok(number(url, 'select count(*) from assertion where succeeds is not null') > 20);
  });

  await t.test('is seen by whom its postings say', () => {
    assert.equal(number(url, "select count(*) from person where seen_by is distinct from organisations_seeing(person_id, '-infinity', null)"), 0);
    assert.equal(number(url, 'select count(*) from assertion where seen_by is distinct from organisations_seeing(person_id, valid_from, valid_before)'), 0);
    assert.equal(number(url, 'select count(*) from activity_version where seen_by is distinct from organisations_seeing(person_id, happened_on, happened_on + 1)'), 0);
    for (const table of ['activity', 'activity_alignment', 'activity_reflection']) {
      assert.equal(number(url, `select count(*) from ${table} as part join activity_version as v using (activity_id) where part.seen_by <> v.seen_by`), 0, table);
    }
  });

  await t.test('is in the ledger, and the ledger is proved', async () => {
    assert.equal(number(url, 'select count(*) from skill_backlog'), 0);
    const { status, stdout } = run(['audit', 'ledger'], database);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /no faults\.$/m);
    // A transaction of somebody else in the same cluster holds the fold back while it lasts.
    await until('all is folded', 30, () => {
      psql(url, 'select skills.fold_ledger()');
      return number(url, 'select sum(people) from skill_flow where organisation_id = 0') === number(url, 'select sum(delta) from skill_ledger');
    });
  });

  await t.test('tells how far it is', () => {
    assert.match(made.stderr, /^Facts: organisation \d+ of 49, Metropolitan Police Service: \d+ of 45 posts, \d+ rows; \d+ seconds left\.$/m);
  });

  await t.test('is made once', () => {
    const again = run(size, database);
    assert.equal(again.status, 0, again.stderr);
    assert.match(again.stdout, /nothing was made/);
    assert.equal(facts(url), whole);
  });

  await t.test('is refused in another size where there is one', () => {
    const other = run(['demo', '--people', '46', '--years', '4'], database);
    assert.equal(other.status, 65);
    assert.match(other.stderr, /A made-up nation of 45 people and 4 years is there already/);
    assert.equal(facts(url), whole);
  });

  await t.test('goes on where it was stopped, and is then the same', async (step) => {
    const second = migratedDatabase(step);
    const { child, out, ended } = begin(size, second);
    await until('some of it is made', 60, () => /organisation (8|9|\d\d) of/.test(out.stderr));
    child.kill('SIGKILL');
    await ended;
    const some = number(second.SKILLSD_OWNER_URL, 'select count(*) from person');
    assert.ok(some > 0);
    const rest = run(size, second);
    assert.equal(rest.status, 0, rest.stderr);
    assert.equal(facts(second.SKILLSD_OWNER_URL), whole);
    assert.equal(number(second.SKILLSD_OWNER_URL, 'select count(*) from skill_ledger'), number(url, 'select count(*) from skill_ledger'));
  });
});

test('a nation is refused', { timeout: 60_000 }, async (t) => {
  const database = migratedDatabase(t);

  await t.test('where people are not made up', () => {
    psql(database.SKILLSD_OWNER_URL, "insert into skills.person (given_name, family_name) values ('Real', 'Person')");
    const { status, stderr } = run(size, database);
    assert.equal(status, 65);
    assert.match(stderr, /There are people here who are not made up\./);
    assert.equal(number(database.SKILLSD_OWNER_URL, 'select count(*) from person'), 1);
  });

  await t.test('without SKILLSD_DEMO', () => {
    assert.equal(run(size, { ...database, SKILLSD_DEMO: undefined }).status, 77);
  });

  for (const parts of [['--years', '0'], ['--years', '31'], ['--years', 'ten'], ['--people', '1000001', '--years', '1'], ['--people', '0', '--years', '1'], ['--years', '1', 'more'], ['--people', '100001']]) {
    await t.test(`with ${parts.join(' ')}`, () => assert.equal(run(['demo', ...parts], database).status, 64));
  }
});
