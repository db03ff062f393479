// SPDX-License-Identifier: MIT
// Ways to break the ledger, each a small change of what sql/domain says: the histories must find every one.
import { readFileSync } from 'node:fs';

const [ledger, folding, balances, views] = ['35_ledger.sql', '36_folding.sql', '37_balances.sql', '30_views.sql'];

// [what is broken, file, text, its replacement]
export const mutants = [
  ['the person is not locked', ledger, 'perform from person where person.person_id = whose for no key update;', ''],
  ['the latest recorded assertion counts, not the latest begun', ledger, 'order by held.valid_from desc, held.assertion_id desc', 'order by held.assertion_id desc'],
  ['a withdrawal counts for nothing', views, 'least(a.valid_before, w.withdrawn_on, s.valid_from)', 'least(a.valid_before, s.valid_from)'],
  ['a successor counts for nothing', views, 'least(a.valid_before, w.withdrawn_on, s.valid_from)', 'least(a.valid_before, w.withdrawn_on)'],
  ['a successor that is withdrawn at once succeeds all the same', views, 'undone.withdrawn_on <= s.valid_from', 'false'],
  ['the posting begun first counts', ledger, 'order by posting.secondment desc, posting.starts_on desc, posting.posting_id desc', 'order by posting.secondment desc, posting.starts_on, posting.posting_id desc'],
  ['a posting at home takes over from a secondment', ledger, 'order by posting.secondment desc, ', 'order by '],
  ['a posting counts that does not', ledger, '      and posting.counts\n', ''],
  ['who comes back from a secondment is transferred', ledger, 'when turn.secondment or turn.secondment_before', 'when turn.secondment'],
  ['who leaves for another force later has left the service', ledger, "when turn.transfer_before then 'transferred'", "when turn.transfer_before then 'left'"],
  ['a gain does not tell the level before', ledger, '(falls.within, true, change.level, change.level_before,', '(falls.within, true, change.level, null,'],
  ['what ends on the day of joining is brought', ledger, 'change.next_day > stay.starts_on) as brought', 'change.next_day >= stay.starts_on) as brought'],
  ['what begins on the day after leaving is taken', ledger, 'change.day < stay.ends_before and (change.next_day', 'change.day <= stay.ends_before and (change.next_day'],
  ['what begins on the first day is gained twice', ledger, 'change.day > stay.starts_on and', 'change.day >= stay.starts_on and'],
  ['what is regained after a withdrawal is renewed', ledger, "when 'lapsed' then 'renewed' else 'assessed'", "when 'withdrawn' then 'renewed' else 'assessed'"],
  ['who is withheld is not', ledger, 'stay.organisation_id, stay.withheld, change.basis', 'stay.organisation_id, false as withheld, change.basis'],
  ['nothing of the future is booked', ledger, 'having sum(line.delta) <> 0', 'having sum(line.delta) <> 0 and line.effective_on <= london_today()'],
  ['nothing is reversed', ledger, 'having sum(line.delta) <> 0', 'having sum(line.delta) <> 0 and (line.gain = (sum(line.delta) > 0))'],
  ['the mark stands where a transaction may still write', folding, 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint + known.xid_offset', 'pg_snapshot_xmax(pg_current_snapshot())::text::bigint + known.xid_offset'],
  ['what is at the old mark is not folded', folding, 'where entry.xid >= old_mark and entry.xid < new_mark\n        group by', 'where entry.xid > old_mark and entry.xid < new_mark\n        group by'],
  ['what comes after the new mark is folded already', folding, 'where entry.xid >= old_mark and entry.xid < new_mark\n        group by', 'where entry.xid >= old_mark and entry.xid < new_mark + 3\n        group by'],
  ['the nation has no row', folding, '(values (entry.organisation_id), (0)) as whole', '(values (entry.organisation_id)) as whole'],
  ['balances do not go on with the year', folding, 'case when last_year > 0 then to_year else 0 end', '0'],
  ['a balance does not have the year before', folding, 'generate_series(change.year + 1, last_year)', 'generate_series(change.year + 2, last_year)'],
  ['what is not folded is not read', balances, 'and entry.xid >= known.mark', 'and false'],
  ['the month of the day is counted twice', balances, 'flow.month < month_begins', 'flow.month <= month_begins'],
  ['an edition has everything', balances, 'and entry.xid >= given.xmin and (entry.xid >= given.xmax or entry.xid = any (given.running))', 'and false'],
  ['an edition has what was still running', balances, '(entry.xid >= given.xmax or entry.xid = any (given.running))', '(entry.xid >= given.xmax)'],
];

// Ways that show only where two things happen on one day: for the people of coincidence.test.mjs.
export const edges = [
  ['a successor withdrawn on its own first day succeeds', views, 'undone.withdrawn_on <= s.valid_from', 'undone.withdrawn_on < s.valid_from'],
  ['of two assertions begun on one day the one recorded first counts', ledger, 'order by held.valid_from desc, held.assertion_id desc', 'order by held.valid_from desc, held.assertion_id'],
  ['of two postings begun on one day the one recorded first counts', ledger, 'order by posting.secondment desc, posting.starts_on desc, posting.posting_id desc', 'order by posting.secondment desc, posting.starts_on desc, posting.posting_id'],
  ['what is withdrawn on the day on which it lapses is withdrawn', ledger, "when lag(holding.valid_before) over history then 'lapsed'\n           when lag(holding.withdrawn_on) over history then 'withdrawn'",
    "when lag(holding.withdrawn_on) over history then 'withdrawn'\n           when lag(holding.valid_before) over history then 'lapsed'"],
  ['a merger is one on any day', ledger, '\n                         and succession.happened_on = turn.day', ''],
  ['a leaver from a secondment has come back', ledger, 'turn.secondment_before and turn.leaver_type_before is null', 'turn.secondment_before'],
  ['who joins by a transfer and on secondment is seconded', ledger, "when turn.transfer_in then 'transferred'\n                            when turn.secondment then 'seconded'", "when turn.secondment then 'seconded'\n                            when turn.transfer_in then 'transferred'"],
  ['the same level again on the same day is not renewed', ledger, 'change.level is distinct from change.level_before or change.begins', 'change.level is distinct from change.level_before'],
];

// Ways to break what reports share, and the reports.
const [cuts, shared, service, coverage, changes, upskilling, risk, cpd] =
  ['71_report_cuts.sql', '70_reports.sql', '72_service.sql', '73_coverage.sql', '74_skill_changes.sql', '74_upskilling.sql', '74_skills_at_risk.sql', '76_development_reports.sql'];
const [spans, gaps, matrices, forecast, pace, recruiting, retention, skillRetention, survival, cpdGaps] =
  ['51_skill_spans.sql', '73_gaps.sql', '73_matrices.sql', '74_skill_forecast.sql', '74_skill_pace.sql', '75_recruitment.sql', '75_retention.sql', '75_skill_retention.sql', '75_survival.sql', '76_development_gaps.sql'];
const [skills, steps, specialists] = ['52_skills.sql', '73_next_steps.sql', '76_specialists.sql'];
export const reportMutants = [
  ['an edition has the postings of now', views, 'posting.withheld, posting.known_from, 9223372036854775807', 'posting.withheld, 0 as known_from, 9223372036854775807'],
  ['what a posting was is forgotten', cuts, 'from given\n    cross join posting_version as posting', 'from given\n    cross join (select one.* from posting_version as one where one.known_before = 9223372036854775807) as posting'],
  ['what a posting was is known for ever', '25_editions.sql', 'and (xmin is null or not in_edition(known_before, xmin, xmax, running))', ''],
  ['who is withheld now was not then', '20_windows.sql', 'and posting_past.withheld <> known.withheld', 'and false'],
  ['who ends that day is there', cuts, 'posting.ends_before > day)', 'posting.ends_before >= day)'],
  ['units above do not have those below', shared, 'join known on known.unit_id = closure.ancestor_id', 'join known on known.unit_id = closure.ancestor_id and false'],
  ['units are where they are now', shared, 'unit.known_from,\n               9223372036854775807 as known_before\n        from unit\n        union all\n        select past.unit_id, past.organisation_id, past.parent_id, past.known_from, past.known_before\n        from unit_past as past',
    '0 as known_from,\n               9223372036854775807 as known_before\n        from unit'],
  ['a break in service is none', service, 'known.starts_on > max(coalesce(known.ends_before,', 'false and known.starts_on > max(coalesce(known.ends_before,'],
  ['what is not met counts as met', coverage, 'coalesce(tally.unmet < coalesce(step.level, 0), true)', 'true', 'report_coverage'],
  ['the lowest of several bases counts', cuts, 'max(known.level) as level', 'min(known.level) as level', 'report_coverage'],
  ['who holds two of the items below one counts twice', coverage, 'and not row.alone', 'and false', 'report_coverage'],
  ['who holds more than is asked does not hold it', risk, 'step.level <= holding.level', 'step.level = holding.level', 'report_single_points'],
  ['who goes is placed on the day after', upskilling, 'place.ends_before > move.day - (move.to_level is null and cause_goes(move.cause))::int', 'place.ends_before > move.day', 'report_upskilling'],
  ['a loss and the gain with it are two moves', changes, '(entry.gain or entry.other_level is null)', 'true', 'report_upskilling'],
  ['what ends a period is not in it', risk, 'place.starts_on < gone.day', 'place.starts_on < gone.day - 30', 'report_skills_lost'],
  ['what lapses is not cumulative', risk, 'filter (where lapse.days <= 60)', 'filter (where lapse.days between 31 and 60)', 'report_lapsing'],
  ['a transfer is a leaver', retention, "when true then 'transfers_out' else 'others_out' end", "when true then 'leavers' else 'others_out' end", 'report_retention'],
  ['who goes on the next day leaves', service, "coalesce(posting.starts_on > max(coalesce(posting.ends_before, 'infinity')) over earlier, true) as begins",
    "coalesce(posting.starts_on >= max(coalesce(posting.ends_before, 'infinity')) over earlier, true) as begins", 'report_retention'],
  ['an activity of an edition is that of now', '71_activity_cuts.sql', 'and version_known(known.known_from, known.known_before, activities_said.xmin, activities_said.xmax,\n                  activities_said.running)', 'and known.known_before = 9223372036854775807', 'report_development'],
  ['an activity without minutes has none', cpd, 'count(activity.minutes) as with_minutes', 'count(*) as with_minutes', 'report_development'],
  ['a gap before the first activity is none', cpdGaps, 'coalesce(earlier.happened_on, earlier.began) as happened_on', 'earlier.happened_on', 'report_development_gaps'],
  ['who is short by two is short by one', gaps, "count(*) filter (where beside.gap = 1) as short_by_one", "count(*) filter (where beside.gap > 0) as short_by_one", 'report_gaps'],
  ['who holds less than one level less is close', gaps, 'and near.held = cell.asked - 1', 'and near.held = cell.asked', 'report_gaps'],
  ['who falls rises', upskilling, "when best.to_level > best.from_level then 'rose'", "when true then 'rose'", 'report_level_changes'],
  ['who came within the year was there before', upskilling, 'on earlier.person_id = place.person_id', 'on true', 'report_level_changes'],
  ['who leaves or transfers takes nothing', skillRetention, 'and cause_goes(entry.cause)', "and entry.cause = 'merged'", 'report_skill_retention'],
  ['service begins with the stay here', retention, 'coalesce(reach.began, posting.stay_began)', 'posting.starts_on', 'report_retention'],
  ['a transfer has no leaver type', retention, "in ('leavers', 'transfers_out') and row_number() over latest = 1", "in ('leavers') and row_number() over latest = 1", 'report_retention'],
  ['who joins twice counts as the first time', recruiting, 'route.code, kind.code, recruit.joined_on desc', 'route.code, kind.code, recruit.joined_on', 'report_recruitment'],
  ['who has gone later still serves', recruiting, 'recruit.ends_before is null or recruit.ends_before > as_of as serving', 'recruit.ends_before is null as serving', 'report_recruitment'],
  ['what is gained after joining was brought', recruiting, 'and entry.effective_on <= joined.joined_on', 'and entry.effective_on <= joined.joined_on + 30', 'report_recruit_skills'],
  ['who has left is at risk', survival, 'coalesce(sum(step.entered - step.events - step.censored) over (', 'coalesce(sum(step.entered - step.events) over (', 'report_survival'],
  ['who was not seen yet is at risk', survival, 'greatest(joining.here_from, observed_from, joining.joined_on) - joining.joined_on as entry', '0 as entry', 'report_survival'],
  ['who left in the months still serves', recruiting, 'joined.ends_before is null or joined.ends_before > term.over_on,', 'true,', 'report_early_development'],
  ['what is gained after the months is in them', recruiting, '               and gain.effective_on < term.until_day\n', '', 'report_early_development'],
  ['who brought a level has reached it', pace, 'where brought.person_id is null', 'where true', 'report_time_to_level'],
  ['a level is reached by itself alone', pace, 'where span.level >= step.level\n', 'where span.level = step.level\n', 'report_time_to_level'],
  ['who is at the level already may reach it', pace, 'where coalesce(told.from_level, -1) < of_level', 'where true', 'report_course_effect'],
  ['any activity is the course', '71_activity_cuts.sql', 'and (activities_said.title is null or position(lower(activities_said.title) in lower(known.title)) > 0)', '', 'report_course_effect'],
  ['what was booked and reversed is dated', forecast, 'having sum(entry.delta) <> 0; -- what', '; -- what', 'report_skills_forecast'],
  ['who goes loses by lapsing', forecast, 'filter (where not dated.gain and not cause_goes(dated.cause)) as lapses', 'filter (where not dated.gain) as lapses', 'report_skills_forecast'],
  ['of what holds the first recorded counts', spans, 'held.valid_from desc,\n                 held.assertion_id desc', 'held.valid_from,\n                 held.assertion_id', 'report_skills_matrix'],
  ['a break in what is held is none', spans, 'select span from unnest(spans) as span where span @> days_around.day', 'select range_merge(spans) where spans @> days_around.day', 'report_skills_matrix'],
  ['what lapses soon is met', matrices, "then 'lapsing'", "then 'met'", 'report_training_matrix'],
  ['what ended lately was never held', matrices, 'where around.days is null and upper(past) <= training_matrix.day', 'where around.days is null and upper(past) <= training_matrix.day - 40', 'report_training_matrix'],
  ['assertions of later are seen', views, 'where in_edition(a.known_from, assertions_known.xmin, assertions_known.xmax, assertions_known.running)', 'where true', 'report_skills_matrix'],
  ['withdrawals of later are seen', views, 'and in_edition(w.known_from, assertions_known.xmin, assertions_known.xmax, assertions_known.running)', '', 'report_skills_matrix'],
  ['successors of later are seen', views, 'and in_edition(s.known_from, assertions_known.xmin, assertions_known.xmax, assertions_known.running)', '', 'report_skills_matrix'],
  ['what undoes a succession later is seen', views, 'and in_edition(undone.known_from, assertions_known.xmin, assertions_known.xmax,\n                                assertions_known.running)', '', 'report_skills_matrix'],
  ['the team of an edition is that of now', matrices, 'from postings_known(app_acting(), postings_then.edition) as posting', 'from postings_known(app_acting(), null) as posting', 'report_training_matrix'],
  ['what lapses ever is told', steps, 'where run.ends_before - 1 <= lapses_ahead.day + horizon', 'where true', 'list_person_next_steps'],
  ['who holds more later does not hold it on', steps, 'span.level >= held.highest', 'span.level = held.highest', 'list_person_next_steps'],
  ['what is logged later is on the way', steps, 'where activity.happened_on <= next_steps.day', 'where true', 'get_next_steps'],
  ['the last step is the next', steps, 'select min(step.level)', 'select max(step.level)', 'get_next_steps'],
  ['an activity on the way in an edition is that of now', steps, 'and version_known(said.known_from, said.known_before, given.xmin, given.xmax, given.running)', 'and said.known_before = 9223372036854775807', 'get_next_steps'],
  ['who has one of two alternatives lacks the other', skills, 'else min(skill.own_gap) over (partition by skill.alternative)', 'else skill.own_gap', 'get_next_steps'],
  ['the role of an edition is that of now', skills, 'and version_known(posting.known_from, posting.known_before, given.xmin, given.xmax, given.running)', 'and posting.known_before = 9223372036854775807', 'list_person_next_steps'],
  ['the role is that of the posting begun first', skills, 'order by posting.starts_on desc, posting.posting_id desc', 'order by posting.starts_on, posting.posting_id', 'get_next_steps'],
  ['who has taken back that they may be found is found', specialists, 'order by said.person_id, said.specialist_listing_id desc', 'order by said.person_id, said.specialist_listing_id', 'find_specialists'],
  ['who is to be found from a later day is found', specialists, 'where said.starts_on <= london_today()\norder', 'order', 'find_specialists'],
  ['who is withheld elsewhere is found', specialists, 'where covert.person_id = listing.person_id and covert.withheld', 'where false', 'find_specialists'],
  ['the nation finds who is there for the organisation', specialists, "(listing.reach = 'service' and has_national_scope", "(listing.reach <> 'none' and has_national_scope", 'find_specialists'],
  ['an organisation finds who is posted elsewhere', specialists, '               and posting.organisation_id = app_acting()))\n      and version_known', '))\n      and version_known', 'find_specialists'],
  ['specialists of an edition are where they are now', specialists, 'and version_known(posting.known_from, posting.known_before, specialists_listed.xmin, specialists_listed.xmax,\n              specialists_listed.running)', 'and posting.known_before = 9223372036854775807', 'find_specialists'],
  ['of what specialists hold the first begun counts', specialists, 'held.basis, held.valid_from desc, held.assertion_id desc', 'held.basis, held.valid_from, held.assertion_id', 'find_specialists'],
];

// The SQL of a mutant: its file, changed, without the policies, which are there; throws where the text is not there, for then it breaks nothing.
export function broken([what, file, text, replacement]) {
  const whole = readFileSync(new URL(`../../sql/domain/${file}`, import.meta.url), 'utf8');
  if (!whole.includes(text)) throw new Error(`"${what}": sql/domain/${file} does not have the text: ${text}`);
  return whole.replaceAll(text, () => replacement).replaceAll(/^create policy [^;]*;/gm, '');
}
