// SPDX-License-Identifier: MIT
// What somebody can do next for a role, as they read it themselves and as HR reads it of them.
import { cells, covers } from '../plain.mjs';
import { dayText } from '../world.mjs';
import { dateText, highest, levelsOf, runAround } from './matrices.mjs';
import { maybe, someDay } from './questions.mjs';
import { asksOf, lacking } from './skills.mjs';

// The role of the posting that was begun last, of those on the day that the reader sees.
const roleOn = (seen, person, day) =>
  (seen.own ? seen.facts : seen).postings.filter((one) => one.person === person && covers(day, one)).sort((a, b) => b.from - a.from || b.id - a.id)[0]?.role;

// The activities up to a day that are aligned to an item, the latest first: those of days on which the reader had somebody, as known then and as known now.
function onTheWay(seen, person, day, item) {
  const there = (postings, on) => seen.own || postings.some((one) => one.person === person && covers(on, one));
  return seen.activities.filter((one) => one.person === person && one.day <= day && one.items.includes(item)
    && there(seen.postings, one.day) && there(seen.here, one.day) && there(seen.here, seen.present.activityDays.get(one.id))).sort((a, b) => b.day - a.day || b.id - a.id);
}

// What is lacking, and what the highest level will not be held of for 180 days more.
function stepsOf(seen, person, { day, role, elsewhere }) {
  if (elsewhere) return [];
  const asks = asksOf(seen.world, role ?? roleOn(seen, person, day));
  const level = (item) => highest(levelsOf(seen, person, item).on(day));
  return seen.world.items.flatMap((item) => {
    const known = levelsOf(seen, person, item.id), levels = known.on(day), most = highest(levels), ask = asks.find((one) => one.item === item.id);
    const gap = ask ? lacking(asks, ask, level) : null, until = most === null ? null : runAround(known, day, most).until;
    const ends = until !== null && until - day <= 180 ? until : null;
    if (!gap && ends === null) return [];
    const way = onTheWay(seen, person, day, item.id);
    return [[[item.code, ask?.importance, levels.map(({ basis }) => basis).join('+') || null, ends === null ? null : dayText(ends), way[0]?.uuid, way.length ? dayText(way[0].day) : null],
      ask?.alternative ?? null, ask?.level ?? null, most || null, gap, ends === null ? null : ends - day, (ends !== null && highest(known.on(ends + 1))) || null,
      gap ? Math.min(...(item.levels ? seen.world.levels : []).filter((one) => one > (most ?? 0))) : most || null, way.length]];
  }).map(([key, ...figures]) => [key, ...figures.map((one) => (one === Infinity ? null : one))]);
}

const row = (one) => [[one.code, one.importance, one.held_on?.replaceAll(' ', '+'), dateText(one.lapses_on), one.latest_activity, dateText(one.latest_activity_on)], one.alternative, one.required_level, one.highest, one.gap,
  one.days_left, one.level_then, one.next_level, one.activities];

// Of whom, for which role: of somebody who was posted to the organisation at some time, or who may come to be.
function drawn(draw, world, organisation) {
  const there = draw.postings.filter((one) => one.organisation === organisation);
  const person = there.length && draw.chance(0.6) ? draw.pick(there).person : draw.pick(world.people);
  const day = someDay(draw), role = maybe(draw, 0.5, () => draw.pick(world.roles)), elsewhere = draw.chance(0.05);
  return { person, parameters: { as_of: dayText(day), role_profile: role?.uuid, framework: elsewhere ? 'cop-cvf-2024' : maybe(draw, 0.5, () => world.framework), limit: 1000 }, day, role: role?.id, elsewhere };
}

export const get_next_steps = {
  draw(draw, world, organisation) {
    const asked = drawn(draw, world, organisation);
    return { ...asked, own: asked.person };
  },
  plain: (seen, asked) => cells(stepsOf(seen, asked.person, asked)),
  row,
};

export const list_person_next_steps = {
  draw(draw, world, organisation) {
    const asked = drawn(draw, world, organisation);
    return { ...asked, parameters: { ...asked.parameters, person_id: world.uuids.get(asked.person) } };
  },
  // Of whom nothing is posted there now, the organisation knows nothing.
  plain: (seen, asked) => (seen.here.some(({ person }) => person === asked.person) ? cells(stepsOf(seen, asked.person, asked)) : new Map([['not_found', 1]])),
  row,
};
