// SPDX-License-Identifier: MIT
// A small random nation in a database of its own: a dozen organisations with many cells about ten, and a service that gives its figures.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { bearer, freshDatabase, psql, run, serve, token } from '../lib/service.mjs';
import { random } from '../ledger/world.mjs';

// Takes away what a test made, the last first: a database after the service that has connections to it.
export function backwards(t) {
  const cleanups = [];
  t.after(async () => {
    for (const clean of cleanups) await clean();
  });
  return { after: (clean) => cleanups.unshift(clean) };
}

const day = (time) => new Date(time).toISOString().slice(0, 10);
const DAY = 86400000;

// The last quarters whose figures are due, the latest first: as figures_lag() has it, six weeks after their end.
export function quarters(count) {
  const now = new Date(Date.now() - 42 * DAY);
  const first = Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3, 1);
  return Array.from({ length: count }, (_, back) => day(Date.UTC(new Date(first).getUTCFullYear(), new Date(first).getUTCMonth() - 3 * back, 0)));
}

const types = ['police_officer', 'police_staff', 'pcso', 'special_constable'];

// What a run of the nation is drawn from: people, with where they serve and from when, what they hold, and their CPD. `organisations` of them.
export function drawNation(seed, { organisations = 12, most = 28 } = {}) {
  const draw = random(seed);
  const last = Date.parse(quarters(1)[0]);
  const people = [];
  for (let o = 0; o < organisations; o++) {
    for (const [t, type] of types.entries()) {
      // Some organisations have none of a type, most some about ten, some many.
      const size = draw.chance(0.2) ? 0 : draw.chance(0.6) ? draw.below(most) : draw.below(4 * most);
      const skilled = draw.next(), common = draw.chance(0.2) ? 1 : 0.9, assessed = draw.next(), top = draw.next();
      for (let n = 0; n < (t === 0 ? size + draw.below(most) : size); n++) {
        const from = last - draw.below(draw.chance(0.5) ? 500 : 2500) * DAY;
        const leaves = draw.chance(0.25) ? last - draw.below(400) * DAY : null;
        const skills = [];
        for (let item = 0; item < 3; item++) {
          if (!draw.chance(item === 2 ? common : skilled)) continue;
          const since = Math.max(from, last - draw.below(600) * DAY);
          const level = item === 2 ? null : draw.chance(top) ? 3 : 1 + draw.below(2);
          skills.push({ item, level, basis: draw.chance(assessed) ? (draw.chance(0.5) ? 'assessed' : 'accredited') : 'self', since: day(since) });
        }
        people.push({
          o, type, from: day(from), before: leaves !== null && leaves > from ? day(leaves) : null, joiner: draw.chance(0.8) ? 'standard_recruit' : 'transfer',
          skills, developed: Array.from({ length: draw.below(3) }, () => ({ item: draw.below(3), on: day(last - draw.below(500) * DAY) })),
        });
      }
    }
  }
  return people;
}

// Writes the people into a migrated database, and posts them to the ledger.
export function writeNation(url, people) {
  const organisations = 1 + Math.max(...people.map(({ o }) => o));
  const json = JSON.stringify(people.map((person, n) => ({ ...person, n }))).replaceAll("'", "''");
  const text = `set search_path = skills;
    delete from organisation;
    insert into organisation (code, name, nation, kind) select 'force-' || n, 'Force ' || n, 'England', 'synthetic' from generate_series(0, ${organisations - 1}) as n;
    create temporary table drawn as
    select told.n, told.o, told.type, told."from", told.before, told.joiner, told.skills, told.developed
    from jsonb_to_recordset('${json}') as told (n int, o int, type text, "from" date, before date, joiner text, skills jsonb, developed jsonb);
    insert into person (given_name, family_name, synthetic) select 'Nation', n::text, true from drawn order by n;
    create temporary table known as select person_id, family_name::int as n from person where given_name = 'Nation';
    create temporary table wanted as
    select row_number() over (order by level_scale_id is null, framework_item_id) - 1 as item, framework_item_id
    from ((select framework_item_id, level_scale_id from framework_item join framework_version using (framework_version_id) join framework using (framework_id)
           where framework.code = 'cop-cvf-2016' and level_scale_id is not null order by 1 limit 2)
          union all
          (select framework_item_id, null from framework_item join framework_version using (framework_version_id) join framework using (framework_id)
           where framework.code = 'cop-cvf-2016' and level_scale_id is null order by 1 limit 1)) as found;
    insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on, ends_before, joiner_type, leaver_type)
    select person_id, organisation_id, drawn.n::text, type, "from", before, joiner, case when before is not null then 'voluntary_resignation' end
    from drawn join known using (n) join organisation on organisation.code = 'force-' || o;
    insert into assertion (person_id, seen_by, framework_item_id, level, basis, valid_from)
    select person_id, '{}', framework_item_id, skill.level, skill.basis, skill.since
    from drawn join known using (n) cross join jsonb_to_recordset(skills) as skill (item int, level smallint, basis text, since date) join wanted using (item);
    with logged as (
        select gen_random_uuid() as id, person_id, framework_item_id, activity."on"
        from drawn join known using (n) cross join jsonb_to_recordset(developed) as activity (item int, "on" date) join wanted using (item)
    ), identified as (
        insert into activity (id, person_id, seen_by) select id, person_id, '{}' from logged returning activity_id, id
    ), versioned as (
        insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned)
        select activity_id, 1, person_id, '{}', 'Made up', "on", 'To count' from identified join logged using (id) returning activity_id
    )
    insert into activity_alignment (activity_id, version, person_id, seen_by, framework_item_id)
    select activity_id, 1, person_id, '{}', framework_item_id from identified join logged using (id);
    select count(*) from known where post_skills(person_id, null, 'import') is not null;
    analyze;`;
  execFileSync('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-1', '-d', url, '-f', '-'], { input: text, stdio: ['pipe', 'ignore', 'pipe'] }); // too long for an argument
}

export const make = (url) => Number(psql(url, 'select skills.make_figures()'));
export const makeAll = (url) => {
  while (make(url)) ;
};

// A database with the people of a seed and an account of the College and of an administrator; not served yet, and without figures.
export function nation(t, people) {
  const settings = freshDatabase(t);
  const migrated = run(['migrate'], settings);
  assert.equal(migrated.status, 0, migrated.stderr);
  const url = settings.SKILLSD_OWNER_URL;
  psql(url, `set search_path = skills;
    insert into account (issuer, subject, title) select '${process.env.SKILLSD_OIDC_ISSUER}', name, name from unnest('{college,administrator}'::text[]) as name;
    insert into access_grant (account_id, scopes, granted_by)
    select account_id, array[case subject when 'college' then 'reports:national' else 'administration' end], 'test' from account`);
  writeNation(url, people);
  return { url, settings };
}

// Serves it; asks as the College, or as the administrator.
export async function served(t, { settings }, changes = {}) {
  const service = await serve(t, { ...settings, SKILLSD_WORKERS: '1', ...changes });
  await service.ready();
  const college = bearer(token('college', settings)), administrator = bearer(token('administrator', settings));
  const rows = async (measure, quarter, more = '') => {
    const reply = await service.ask(`/v1/national/figures?measure=${measure}&quarter_end=${quarter}${['held', 'developed'].includes(measure) ? '&framework=cop-cvf-2016' : ''}${more}`, { headers: college });
    assert.equal(reply.status, 200, reply.text.slice(0, 500));
    return reply.json.rows;
  };
  const correct = (quarter_end, reason) =>
    service.ask('/v1/national/editions', { method: 'POST', headers: { ...administrator, 'content-type': 'application/json' }, body: JSON.stringify({ quarter_end, reason }) });
  return { service, rows, correct, college, administrator };
}

export const measures = ['strength', 'held', 'developed', 'joined', 'leavers'];

// The whole cube, as anybody with the scope can take it.
export async function wholeCube(rows, quarterEnds, more = '') {
  const all = [];
  for (const quarter of quarterEnds) for (const measure of measures) all.push(...(await rows(measure, quarter, more)));
  return all;
}

// What the rows are truly: 'quarter|measure|item|basis|level|joined|organisation|type' -> people. Read as the schema's owner.
export function truths(url, quarterEnds) {
  const lines = psql(url, `set search_path = skills;
    select concat_ws('|', quarter_end, measure, coalesce(item.id::text, ''), coalesce(basis, ''), coalesce(level::text, ''), coalesce(joined_year::text, ''),
                     coalesce(organisation.id::text, ''), coalesce(worker_type, 'all')), sum(people)
    from unnest('{${quarterEnds}}'::date[]) as quarter_end
    cross join figure_counts(quarter_end, 'any key') as cell
    left join framework_item as item using (framework_item_id)
    join organisation using (organisation_id)
    group by grouping sets ((quarter_end, measure, item.id, basis, level, joined_year, organisation.id, worker_type), (quarter_end, measure, item.id, basis, level, joined_year, organisation.id),
                            (quarter_end, measure, item.id, basis, level, joined_year, worker_type), (quarter_end, measure, item.id, basis, level, joined_year))`);
  return new Map(lines.trim().split('\n').filter(Boolean).map((line) => [line.slice(0, line.lastIndexOf('|')), Number(line.slice(line.lastIndexOf('|') + 1))]));
}

export const keyOf = (row) =>
  [row.quarter_end, row.measure, row.item ?? '', row.basis ?? '', row.level ?? '', row.joined_year ?? '', row.organisation ?? '', row.worker_type].join('|');
