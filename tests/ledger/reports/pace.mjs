// SPDX-License-Identifier: MIT
// Reports of how fast levels are reached, after a course or without one, and of what is dated to come.
import { cells, distinct, grouped, heldBy, lineageOf, peopleOn, stayOf, unitCode, unitRows, within } from '../plain.mjs';
import { dayText } from '../world.mjs';
import { logged } from './cpd.mjs';
import { basisOf, cutOf, dayBack, lastDayBack, maybe, monthBegins, monthsOf } from './questions.mjs';

const brings = ['joined', 'left', 'transferred', 'seconded', 'merged'];
const own = (seen, person, item) => ({ entries: seen.entries.filter((one) => one.person === person && one.item === item) });
const levelOn = (known, day, basis) => heldBy(known, day, basis)[0]?.level ?? null;
const daysOf = ({ entries }) => [...new Set(entries.map(({ day }) => day))].sort((a, b) => a - b);

// The value below which a part of the values lies, between two of them in proportion, told to a tenth.
function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b), at = part * (sorted.length - 1), below = Math.floor(at);
  return Math.round(10 * (sorted[below] + (at - below) * ((sorted[below + 1] ?? 0) - sorted[below]))) / 10;
}
const yearEnding = (day) => {
  const date = new Date(day * 86400000);
  return date.getUTCFullYear() + (date.getUTCMonth() >= 3 ? 1 : 0);
};

export const report_time_to_level = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.3) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = monthsOf(draw), basis = basisOf(draw), since = draw.pick(['first_held', 'joined']), by = draw.pick(['organisation', 'cohort', 'unit', 'worker_type']);
    return { parameters: { ...asked, ...period.asked, framework: world.framework, basis, since, by }, cut, basis, since, by, ...period };
  },
  plain(seen, { cut, basis, since, by, from, before }) {
    const bases = basis === 'each' ? ['self', 'endorsed', 'assessed', 'accredited'] : [basis];
    const lineage = lineageOf(seen, seen.facts.today), everywhere = seen.facts.postings.filter((one) => lineage.includes(one.organisation) && seen.shown(one));
    const reached = seen.world.people.flatMap((person) => seen.world.items.flatMap((item) => bases.flatMap((on) => {
      const known = own(seen, person, item.id), days = daysOf(known);
      const firstDay = (level) => days.find((day) => (levelOn(known, day, on) ?? -1) >= level);
      return (item.levels ? seen.world.levels : [0]).flatMap((level) => {
        const day = firstDay(level), place = day === undefined || !within(day, from, before) ? undefined : peopleOn(seen, day, cut).find((one) => one.person === person);
        const brought = known.entries.some((one) => one.gain && one.day === day && brings.includes(one.cause));
        if (!place || brought) return [];
        const served = stayOf(everywhere, place).stayFrom, took = day - (since === 'joined' ? served : firstDay(0));
        return since === 'joined' || took > 0 ? [{ person, item: item.code, on, level, place, served, took }] : [];
      });
    })));
    return cells(grouped(reached, (one) => unitRows(seen, one.place.unit, { top: cut.unit, byUnit: by === 'unit' }).map((unit) =>
      [one.item, one.on, one.level, by === 'cohort' ? yearEnding(one.served) : null, unitCode(seen, unit), by === 'worker_type' ? one.place.workerType : null]))
      .map(({ key, all }) => [key, all.length, ...[0.25, 0.5, 0.75].map((part) => quantile(all.map(({ took }) => took), part))]));
  },
  row: (row) => [[row.item_code, row.basis, row.level ?? 0, row.cohort, row.unit_code, row.worker_type], row.people, row.lower_quartile, row.median, row.upper_quartile],
};

export const report_course_effect = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.3) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = monthsOf(draw), item = draw.pick(world.items), basis = draw.pick(['any', 'self', 'endorsed']), days = 1 + draw.below(120);
    const course = { title: maybe(draw, 0.5, () => 'data'), provider: maybe(draw, 0.2, () => 'college'), source: maybe(draw, 0.2, () => 'lms') }, about = maybe(draw, 0.3, () => draw.pick([...world.items, world.top]));
    const level = item.levels ? 1 + draw.below(3) : undefined, day = Math.min(period.from + draw.below(170), lastDayBack);
    return { parameters: { ...asked, ...period.asked, framework: world.framework, as_of: dayText(day), item: item.uuid, level, basis, within: days, ...course, course_item: about?.uuid }, cut, item, level: level ?? 0, basis, days, ...course,
      about: about && world.items.filter(({ code }) => code === about.code || (about.code === 'top' && code !== 'gamma')).map(({ id }) => id), from: period.from, before: Math.min(period.before, day + 1), day };
  },
  plain(seen, { cut, item, level, basis, days, title, provider, source, about, from, before, day }) {
    const done = logged(seen, from, before).filter((one) => (!title || one.title.toLowerCase().includes(title)) && (!provider || one.provider?.toLowerCase() === provider) && (!source || one.source === source) &&
      (!about || one.items.some((id) => about.includes(id))));
    const firsts = grouped(done, (one) => [[one.person]]).map(({ key: [person], all }) => ({ person, day: Math.min(...all.map((one) => one.day)) })).sort((a, b) => a.day - b.day);
    const middle = firsts.length ? firsts[Math.ceil(firsts.length / 2) - 1].day : from;
    const took = new Set(firsts.map(({ person }) => person));
    const followed = [...firsts.map((one) => ({ ...one, course: 'with' })), ...seen.world.people.filter((person) => !took.has(person)).map((person) => ({ person, day: middle, course: 'without' }))]
      .filter((one) => peopleOn(seen, one.day, cut).some(({ person }) => person === one.person));
    const told = followed.map((one) => {
      const known = own(seen, one.person, item.id), start = levelOn(known, one.day, basis);
      const reached = daysOf(known).find((later) => later > one.day && later <= one.day + days && (levelOn(known, later, basis) ?? -1) >= level);
      return { ...one, start, took: reached === undefined ? null : reached - one.day, over: one.day + days <= day, stayed: peopleOn(seen, one.day + days).some(({ person }) => person === one.person) };
    }).filter(({ start }) => (start ?? -1) < level);
    return cells(grouped(told, (one) => [[one.course, one.start]]).map(({ key, all }) => {
      const over = all.filter((one) => one.over), reached = over.filter((one) => one.took !== null);
      return [key, over.length, reached.length, over.length ? Math.round((1000 * reached.length) / over.length) / 10 : null, reached.length ? quantile(reached.map((one) => one.took), 0.5) : null,
        over.filter((one) => one.took === null && !one.stayed).length, all.length - over.length];
    }));
  },
  row: (row) => [[row.course, row.from_level], row.people, row.reached, row.share, row.median_days, row.went, row.not_over],
};

const monthOf = (day) => new Date(day * 86400000).getUTCMonth() + 12 * (new Date(day * 86400000).getUTCFullYear() - 2026);
const goes = (cause) => ['left', 'transferred', 'seconded', 'merged'].includes(cause);

// What is known of it: who holds on the day, and what is dated. What is expected beside is arithmetic, tested where it is.
export const report_skills_forecast = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.5) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const day = dayBack(draw), months = 1 + draw.below(9), basis = maybe(draw, 0.3, () => draw.pick(['self', 'endorsed']));
    return { parameters: { ...asked, framework: world.framework, as_of: dayText(day), months, basis }, cut, day, months, basis };
  },
  plain(seen, { cut, day, months, basis }) {
    const there = Object.values(cut).some(Boolean) ? new Set(peopleOn(seen, day, cut).map(({ person }) => person)) : null;
    const mine = (one) => (!basis || one.basis === basis) && (!there || there.has(one.person));
    const held = heldBy(seen, day, 'each').filter(mine), last = monthBegins(monthOf(day) + months + 1) - 1;
    const dated = grouped(seen.entries.filter((one) => mine(one) && one.day > day && one.day <= last), (one) => [[one.person, one.item, one.basis, one.gain, one.level, one.other, one.cause, one.day]])
      .map(({ all }) => ({ ...all[0], people: Math.abs(all.reduce((sum, one) => sum + one.delta, 0)) })).filter(({ people }) => people);
    return cells(grouped([...held, ...dated], (one) => [[one.item, one.basis]]).flatMap(({ key: [item, on], all }) => {
      const kind = seen.world.items.find(({ id }) => id === item), top = Math.max(...all.map(({ level }) => level));
      return (kind.levels ? seen.world.levels : [0]).filter((level) => level <= top).flatMap((level) => Array.from({ length: months }, (_, n) => {
        const end = monthBegins(monthOf(day) + n + 2) - 1;
        const moved = dated.filter((one) => one.item === item && one.basis === on && one.day <= end && one.level >= level && (one.other ?? -1) < level);
        const sum = (which) => moved.filter(which).reduce((total, one) => total + one.people, 0);
        const has = held.filter((one) => one.item === item && one.basis === on && one.level >= level);
        const figures = [distinct(has), sum(({ gain }) => gain), sum(({ gain, cause }) => !gain && !goes(cause)), sum(({ gain, cause }) => !gain && goes(cause))];
        return [[kind.code, on, level, dayText(end).slice(0, 7)], ...figures, figures[0] + figures[1] - figures[2] - figures[3]];
      }));
    }));
  },
  row: (row) => [[row.item_code, row.basis, row.level ?? 0, row.month], row.held, row.gains, row.lapses, row.leavings, row.known],
};
