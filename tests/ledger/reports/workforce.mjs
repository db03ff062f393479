// SPDX-License-Identifier: MIT
// Reports of the workforce.
import { cells, distinct, grouped, heldOn, inCut, lineageOf, peopleOn, servingSince, stayOf, unitCode, unitRows } from '../plain.mjs';
import { dayText, windowOf } from '../world.mjs';
import { cutOf, someDay } from './questions.mjs';

const yearsAfter = (day, years) => {
  const date = new Date(day * 86400000);
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate()) / 86400000;
};
const bandOn = (since, day) => [['under_1', 1], ['1_to_2', 2], ['2_to_3', 3], ['3_to_4', 4], ['4_to_5', 5], ['5_to_10', 10]].find(([, before]) => yearsAfter(since, before) > day)[0];

// The row of the whole, which is there when nobody is in it too; where somebody is, theirs comes after it in its place.
const wholeOf = (seen, cut, ...figures) => [[unitCode(seen, cut.unit ?? null), null], ...figures];

export const report_strength = {
  draw(draw, world, organisation) {
    const { asked, cut } = cutOf(draw, world, organisation), day = someDay(draw);
    const by = draw.pick(['organisation', 'unit', 'worker_type', 'rank', 'role', 'service_band']);
    return { parameters: { ...asked, as_of: dayText(day), by }, cut, day, by };
  },
  plain(seen, { cut, day, by }) {
    const part = { worker_type: (one) => one.workerType, rank: (one) => one.rank ?? 'none', role: roleOf(seen), service_band: (one) => bandOn(servingSince(seen, one.person, day), day) }[by];
    const groups = grouped(peopleOn(seen, day, cut), (one) =>
      unitRows(seen, one.unit, { top: cut.unit, byUnit: by === 'unit' }).flatMap((unit) => [[unit, null], ...(part && part(one) ? [[unit, part(one)]] : [])]));
    return cells([wholeOf(seen, cut, 0, 0), ...groups.map(({ key: [unit, value], all }) => [[unitCode(seen, unit), value], distinct(all), all.reduce((sum, one) => sum + one.fte, 0)])]);
  },
  row: (row) => [[row.unit_code, codeOf(row) ?? row.service_band], row.headcount, row.fte],
};

const transfers = (type) => type === 'transfer';
const roleOf = (seen) => (one) => seen.world.roles.find(({ id }) => id === one.role)?.uuid ?? 'none';
const codeOf = (row) => row.worker_type ?? row.rank ?? row.role_profile ?? (row.role_profile_title === 'none' ? 'none' : null);
const percent = (part, whole) => (whole ? Math.round((1000 * part) / whole) / 10 : null);

// A year of 365 or 366 days up to one, as days: [first, last].
const yearUntil = (last) => [yearsAfter(last + 1, -1), last];

// Who is there the day before a period and on its last day, who comes and who goes in it: {place, measure, day}.
function comingsAndGoings(seen, first, last) {
  const until = Math.min(last, seen.facts.today);
  const on = new Map();
  const at = (day) => on.get(day) ?? on.set(day, new Map(peopleOn(seen, day).map((one) => [one.person, one]))).get(day);
  const there = (day, measure) => [...at(day).values()].map((place) => ({ place, measure, day }));
  const facts = [...there(first - 1, 'start'), ...there(until, 'end')];
  for (let day = first; day <= until; day++)
    for (const [person, place] of at(day)) {
      const [joiner, leaver] = [place.joinerType, place.leaverType];
      if (!at(day - 1).has(person)) facts.push({ place, day, measure: joiner === null ? 'others in' : transfers(joiner) ? 'transfers in' : 'joiners' });
      if (!at(day + 1).has(person)) facts.push({ place, day, measure: leaver === null ? 'others out' : transfers(leaver) ? 'transfers out' : 'leavers' });
    }
  return facts;
}
// Who comes or goes twice counts once, as the last time.
const lastTimes = (facts, measure) => grouped(facts.filter((one) => one.measure === measure), ({ place }) => [[place.person]])
  .map(({ all }) => all.sort((a, b) => b.place.from - a.place.from || b.place.id - a.place.id)[0]);

// Since when somebody serves there, or in organisations that it has taken over by now, without a break.
const servedFrom = (seen, place) => stayOf(seen.facts.postings.filter((one) => lineageOf(seen, seen.facts.today).includes(one.organisation) && seen.shown(one)), place).stayFrom;

export const report_retention = {
  draw(draw, world, organisation) {
    const { asked, cut } = cutOf(draw, world, organisation);
    const [first, last] = yearUntil(windowOf.first + 60 + draw.below(200));
    const by = draw.pick(['organisation', 'unit', 'worker_type', 'rank', 'role', 'service_band', 'leaver_type']);
    return { parameters: { ...asked, ending_on: dayText(last), by }, cut, first, last, by };
  },
  plain(seen, { cut, first, last, by }) {
    const within = comingsAndGoings(seen, first, last).filter(({ place }) => inCut(seen, place, cut));
    const leavings = by === 'leaver_type' ? ['leavers', 'transfers out'].flatMap((measure) => lastTimes(within, measure)) : [];
    const part = { worker_type: ({ place }) => place.workerType, rank: ({ place }) => place.rank ?? 'none', role: ({ place }) => roleOf(seen)(place),
      service_band: ({ place, day }) => bandOn(servedFrom(seen, place), day), leaver_type: (one) => leavings.includes(one) && one.place.leaverType }[by];
    const groups = grouped(within, (one) => unitRows(seen, one.place.unit, { top: cut.unit, byUnit: by === 'unit' }).flatMap((unit) => [[unit, null], ...(part && part(one) ? [[unit, part(one)]] : [])]));
    return cells([wholeOf(seen, cut, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null), ...groups.map(({ key: [unit, value], all }) => {
      const counted = (measure) => lastTimes(all, measure).map(({ place }) => place);
      const fte = (places) => places.reduce((sum, one) => sum + one.fte, 0);
      const typed = by === 'leaver_type' && value !== null, number = (measure) => (typed ? null : counted(measure).length);
      const start = typed ? lastTimes(within, 'start').map(({ place }) => place) : counted('start'), leavers = counted('leavers'), voluntary = leavers.filter(({ leaverType }) => leaverType === 'voluntary_resignation');
      return [[unitCode(seen, unit), value], start.length, number('joiners'), number('transfers in'), number('others in'), leavers.length, voluntary.length, counted('transfers out').length,
        number('others out'), number('end'), fte(start), fte(leavers), percent(leavers.length, start.length), percent(voluntary.length, start.length)];
    })]);
  },
  row: (row) => [[row.unit_code, codeOf(row) ?? row.service_band ?? row.leaver_type], row.strength_at_start, row.joiners, row.transfers_in, row.others_in, row.leavers, row.voluntary_leavers, row.transfers_out,
    row.others_out, row.strength_at_end, row.strength_at_start_fte, row.leavers_fte, row.leaver_rate, row.voluntary_rate],
};

export const report_skill_retention = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.5) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const [first, last] = yearUntil(windowOf.first + 60 + draw.below(200)), basis = draw.chance(0.3) ? draw.pick(['self', 'endorsed']) : undefined;
    const day = Math.min(last, windowOf.first + draw.below(170));
    return { parameters: { ...asked, framework: world.framework, ending_on: dayText(last), as_of: dayText(day), basis }, cut, first, last: day, basis };
  },
  plain(seen, { cut, first, last, basis }) {
    const facts = comingsAndGoings(seen, first, last).filter(({ place }) => inCut(seen, place, cut));
    const [start, left, moved] = ['start', 'leavers', 'transfers out'].map((measure) => lastTimes(facts, measure));
    const own = (person) => ({ entries: seen.entries.filter((one) => one.person === person) });
    const heldOnLast = (all) => all.flatMap(({ place, day }) => heldOn(own(place.person), day));
    const uncut = !Object.values(cut).some(Boolean), there = new Set(start.map(({ place }) => place.person));
    const parts = [heldOn(seen, first - 1).filter(({ person }) => uncut || there.has(person)), heldOnLast(left), heldOnLast(moved)].map((all) => all.filter((one) => !basis || one.basis === basis));
    // Who holds a level is counted at those below it too.
    const levelsTo = (level) => (level === 0 ? [0] : seen.world.levels.filter((step) => step <= level));
    return cells(grouped(parts.flat(), (one) => levelsTo(one.level).map((level) => [one.item, one.basis, level])).map(({ key: [item, on, level] }) => {
      const [holders, holdersLeft, holdersMoved] = parts.map((all) => all.filter((one) => one.item === item && one.basis === on && one.level >= level).length);
      return [[seen.world.items.find(({ id }) => id === item).code, on, level], holders, holdersLeft, holdersMoved, percent(holdersLeft, holders), start.length - holders, left.length - holdersLeft, moved.length - holdersMoved,
        percent(left.length - holdersLeft, start.length - holders)];
    }));
  },
  row: (row) => [[row.item_code, row.basis, row.level ?? 0], row.holders_at_start, row.holders_left, row.holders_transferred, row.holders_rate, row.others_at_start, row.others_left, row.others_transferred, row.others_rate],
};
