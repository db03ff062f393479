// SPDX-License-Identifier: MIT
// Matrices of people, as HR reads them: from the records that the organisation sees, not from the ledger; of an edition as they were known then, as far as the organisation
// sees now, and saw then, what they say.
import { assertionsWithEnds, last } from '../model.mjs';
import { cells, peopleOn, unitCode } from '../plain.mjs';
import { dayText, windowOf } from '../world.mjs';
import { cutOf, maybe, someDay } from './questions.mjs';
import { asksOf } from './skills.mjs';

const bases = ['self', 'endorsed', 'assessed', 'accredited'];
const overlap = (one, other) => (one.before === null || other.from < one.before) && (other.before === null || one.from < other.before);

// What is seen that somebody holds of an item on a day, by basis: of assertions the one that begun last; the organisation sees those whose time overlaps a posting there.
export function levelsOf(seen, person, item) {
  const within = (postings, one) => postings.some((posting) => posting.person === person && overlap(posting, { from: one.from, before: one.validBefore }));
  const known = assertionsWithEnds(seen.facts.assertions.filter((one) => one.person === person && (seen.own || (within(seen.postings, one) && within(seen.here, one)))))
    .filter((one) => one.item === item);
  const edges = [windowOf.first - 400, ...known.flatMap(({ from, before }) => [from, ...(before === null ? [] : [before])])].sort((a, b) => a - b);
  const on = (day) => bases.map((basis) => ({ basis, level: last(known.filter((one) => one.basis === basis), day, 'from', 'before')?.level ?? null })).filter(({ level }) => level !== null);
  return { on, first: edges[0], last: edges.at(-1) };
}

// Who was posted there on a day, of those of whom something is posted there now: by the staff number of now.
export function team(seen, day, cut) {
  return peopleOn(seen, day, cut).flatMap((place) => {
    const [charge] = seen.here.filter((one) => one.person === place.person).sort((a, b) => Number(b.id === place.id) - Number(a.id === place.id) || b.from - a.from || b.id - a.id);
    return charge ? [{ ...place, staffNumber: charge.staffNumber }] : [];
  });
}

// The days around a day on which at least a level is held on some basis, without a break: {since, until}, until null if there is no end; or nothing.
export function runAround({ on, first, last: end }, day, level) {
  const holds = (at) => on(at).some((one) => one.level >= level);
  if (!holds(day)) return null;
  let [since, until] = [day, day];
  while (since > first && holds(since - 1)) since--;
  while (until <= end && holds(until + 1)) until++;
  return { since, until: until > end ? null : until };
}
export const highest = (levels) => levels.reduce((most, { level }) => Math.max(most ?? 0, level), null);
export const dateText = (date) => date && new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
const shownLevel = (levels, basis) => levels.find((one) => one.basis === basis)?.level || null;

function question(draw, world, organisation) {
  const { asked, cut } = draw.chance(0.5) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
  const day = someDay(draw), item = maybe(draw, 0.2, () => draw.pick([...world.items, world.top]));
  const items = world.items.filter(({ code }) => !item || code === item.code || (item.code === 'top' && code !== 'gamma'));
  return { parameters: { ...asked, framework: world.framework, as_of: dayText(day), item: item?.uuid, limit: 100000 }, cut, day, items };
}

export const report_skills_matrix = {
  draw: question,
  plain(seen, { cut, day, items }) {
    return cells(team(seen, day, cut).flatMap((place) => {
      const who = [place.staffNumber, unitCode(seen, place.unit), place.rank];
      const rows = items.flatMap((item) => {
        const known = levelsOf(seen, place.person, item.id), levels = known.on(day), most = highest(levels), ask = asksOf(seen.world, place.role).find((one) => one.item === item.id);
        if (!levels.length && !ask) return [];
        const run = most === null ? null : runAround(known, day, most);
        return [[[...who, item.code, levels.map(({ basis }) => basis).join('+') || null, run && dayText(run.since), run?.until ? dayText(run.until) : null, ask?.importance, ask ? most !== null && most >= (ask.level ?? 0) : null],
          ...bases.map((basis) => shownLevel(levels, basis)), most || null, ask?.level ?? null]];
      });
      return rows.length ? rows : [[[...who, null, null, null, null, null, null], null, null, null, null, null, null]];
    }));
  },
  row: (row) => [[row.staff_number, row.unit_code, row.rank, row.item_code, row.held_on?.replaceAll(' ', '+'), dateText(row.since), dateText(row.until), row.importance, row.met], row.self, row.endorsed, row.assessed, row.accredited,
    row.highest, row.required_level],
};

// How somebody stands on a day to what is asked of them.
function standing(known, day, ask, lapsing) {
  const wanted = ask.level ?? 0, run = runAround(known, day, wanted), levels = known.on(day);
  if (run) return { since: run.since, expires: run.until, state: run.until !== null && run.until - day <= lapsing ? 'lapsing' : 'met' };
  for (let earlier = day - 1; earlier >= known.first; earlier--) if (known.on(earlier).some(({ level }) => level >= wanted)) return { since: null, expires: earlier, state: 'lapsed' };
  return { since: null, expires: null, state: levels.length ? 'below' : 'never_held' };
}
const meets = (seen, person, day, ask) => runAround(levelsOf(seen, person, ask.item), day, ask.level ?? 0) !== null;

export const report_training_matrix = {
  draw(draw, world, organisation) {
    const asked = question(draw, world, organisation), lapsing = draw.below(120);
    return { ...asked, parameters: { ...asked.parameters, lapsing_days: lapsing }, lapsing };
  },
  plain(seen, { cut, day, items, lapsing }) {
    return cells(team(seen, day, cut).flatMap((place) => asksOf(seen.world, place.role).flatMap((ask, _, asks) => {
      const item = items.find(({ id }) => id === ask.item);
      if (!item) return [];
      const known = levelsOf(seen, place.person, item.id), levels = known.on(day), most = highest(levels);
      const { since, expires, state: alone } = standing(known, day, ask, lapsing);
      const otherwise = since === null && ask.alternative !== null && asks.some((one) => one.alternative === ask.alternative && meets(seen, place.person, day, one));
      const state = otherwise ? 'met_by_alternative' : alone;
      const basis = levels.filter(({ level }) => level === most).at(-1)?.basis;
      return [[[place.staffNumber, unitCode(seen, place.unit), place.rank, item.code, ask.importance, ask.alternative, basis, state, since && dayText(since), expires && dayText(expires)], ask.level, most || null, expires === null ? null : expires - day]];
    })));
  },
  row: (row) => [[row.staff_number, row.unit_code, row.rank, row.item_code, row.importance, row.alternative, row.basis, row.state, dateText(row.since), dateText(row.expires_on)], row.required_level, row.level, row.days_left],
};
