-- SPDX-License-Identifier: MIT
-- Years of made-up CPD: some dozen activities a person and year at the most, many with few, minutes often left out.
-- What somebody does follows from the posting of the day: investigators, leaders and people with a digital role have
-- topics of their own.

-- Topics with the item that they develop; %s is the item's title, in those for the role's own skills.
create temporary table demo_topic on commit drop as
select audience, row_number() over (partition by audience order by title collate "C") - 1 as number,
       count(*) over (partition by audience) as of, framework, item, type, title, learned, effect, minutes
from (
    values ('anyone', 'cop-cvf-2024', 'we-are-emotionally-aware', 'coaching_mentoring',
            'Coaching on difficult conversations',
            'How to name what I see and ask before I judge.',
            'Two hard conversations went better than they used to.', 60),
           ('anyone', 'cop-cvf-2024', 'we-are-emotionally-aware', 'course', 'Trauma-informed approaches',
            'Why people who were hurt tell a story in fragments, and how to give them time.',
            'Victims I spoke with were asked once, not three times.', 360),
           ('anyone', 'cop-cvf-2024', 'we-take-ownership', 'e_learning', 'Data protection refresher',
            'What may be shared with partners, on what basis, and how it is recorded.',
            'I record the basis of each request.', 45),
           ('anyone', 'cop-cvf-2024', 'we-take-ownership', 'on_the_job', 'First case file from start to end',
            'Which parts of a file are asked for again, and why.', 'My last file came back without questions.', 240),
           ('anyone', 'cop-cvf-2024', 'we-collaborate', 'peer_learning', 'Joint review with partners after an incident',
            'What partners need from us in the first hour.', 'We agreed one list of contacts.', 120),
           ('anyone', 'cop-cvf-2024', 'we-collaborate', 'conference', 'Regional day on neighbourhood problem solving',
            'Three forces solved the same problem in three ways.', null, 330),
           ('anyone', 'cop-cvf-2024', 'we-support-and-inspire', 'teaching', 'Showing a new colleague the ropes',
            'Explaining a habit shows whether there is a reason for it.', 'We dropped a form that nobody used.', 180),
           ('anyone', 'cop-cvf-2024', 'we-analyse-critically', 'reading_research', 'Reading on hot-spot patrols',
            'Where short visits work, and how little is known about how long it lasts.',
            'We now visit more places for less time.', 90),
           ('anyone', 'cop-cvf-2024', 'we-analyse-critically', 'e_learning', 'Reading charts without being misled',
            'A change of scale makes a small change look large.', 'I ask for the figures behind a chart.', 40),
           ('anyone', 'cop-cvf-2024', 'we-are-innovative-and-open-minded', 'exercise',
            'Table-top exercise: loss of systems',
            'What we can do on paper, and for how long.', 'The paper forms are in the van again.', 180),
           ('anyone', 'cop-cvf-2024', 'we-are-innovative-and-open-minded', 'e_learning',
            'Working with artificial intelligence tools',
            'What such a tool may be given, and that its answers have to be checked.', null, 50),
           ('anyone', 'cop-cvf-2024', 'courage', 'peer_learning', 'Team talk on speaking up',
            'Silence is easier for those who have been here longer.', 'Somebody spoke up the week after.', 45),
           ('anyone', 'cop-cvf-2024', 'respect-and-empathy', 'course', 'Neurodiversity awareness',
            'Small changes of a room and of the pace of questions help a lot.', null, 180),
           ('investigator', 'cop-pip', 'pip', 'course', 'Interviewing witnesses',
            'How to plan an interview from what has to be proved.', 'Statements needed fewer additions.', 1800),
           ('investigator', 'cop-pip', 'pip', 'course', 'Digital evidence for investigators',
            'What a phone can and cannot tell, and how to ask for it.',
            'Requests to the laboratory became narrower.', 720),
           ('investigator', 'cop-pip', 'pip', 'qualification', 'Examination for investigators',
            'Law of evidence, disclosure, and the limits of both.', null, 2400),
           ('investigator', 'cop-pip', 'pip', 'on_the_job', 'Shadowing a senior investigator',
            'How a policy book keeps decisions and their reasons.', 'I write down what I decided not to do.', 480),
           ('investigator', 'cop-pip', 'pip', 'peer_learning', 'Review of a closed case',
            'One line of enquiry was left for too long.', 'We review open lines every week.', 90),
           ('leader', 'cop-leadership-standards', 'stage', 'course', 'Leadership programme module',
            'The difference between being in charge and being useful.',
            'One-to-ones are in the diary and happen.', 960),
           ('leader', 'cop-leadership-standards', 'stage', 'coaching_mentoring',
            'Mentoring with a leader from elsewhere',
            'Another organisation has the same problems and other words.', null, 90),
           ('leader', 'cop-leadership-standards', 'stage', 'reading_research', 'Reading on why people leave',
            'People leave leaders, not buildings.', 'I talk with people before they have decided.', 60),
           ('leader', 'cop-leadership-standards', 'stage', 'secondment', 'Week in another department',
            'What we send them is not what they need.', 'We changed the form together.', 2220),
           ('digital', 'gdd-pcf', 'own', 'course', 'Course: %s', 'The method from the ground up, on real data.',
            'Used in the next piece of work.', 720),
           ('digital', 'gdd-pcf', 'own', 'e_learning', 'Online unit on %s',
            'The vocabulary, and where the usual mistakes are.', null, 90),
           ('digital', 'gdd-pcf', 'own', 'reading_research', 'Reading: %s', 'What others found when they tried it.',
            null, 60),
           ('digital', 'gdd-pcf', 'own', 'peer_learning', 'Show and tell: %s',
            'Two teams do it in another way, and better.',
            'We took over their way of testing.', 60),
           ('digital', 'gdd-pcf', 'own', 'on_the_job', 'First piece of work on %s',
            'That preparation takes most of the time.',
            'The product is in use.', 900),
           ('digital', 'gdd-pcf', 'own', 'conference', 'Police data community day: %s',
            'What other forces plan for next year.', null, 330),
           ('digital', 'gdd-pcf', 'own', 'teaching', 'Talk to colleagues about %s',
            'Questions of beginners are the good ones.',
            'Two colleagues use it now.', 75)
) as topic (audience, framework, item, type, title, learned, effect, minutes);
analyze demo_topic;

-- What a posting may develop: how many topics the draws choose from, and the items behind the general names.
create temporary table demo_activity on commit drop as
with keenness as (
    select person.n, year,
           floor((demo.busy + 1) * power(0.6 * pg_temp.draw('keen', person.n)
                            + 0.4 * pg_temp.draw('keen in', person.n, year), 2.5))::int as many
    from demo_person as person
    cross join demo
    cross join generate_series(1, demo.years) as year
), drawn as (
    select keenness.n, keenness.year * 100 + k as k,
           (demo.anchor - interval '1 year' * keenness.year)::date
               + floor(pg_temp.draw('day', keenness.n, keenness.year * 100 + k) * 365)::int as day
    from keenness
    cross join demo
    cross join generate_series(1, keenness.many) as k
), placed as materialized (
    select drawn.n, drawn.k, drawn.day, posting.organisation_id, posting.step, posting.unit, posting.worker_type,
           posting.role_profile_id,
           case
               when posting.role_profile_id is not null and choice.draw < 0.6 then 'digital'
               when posting.unit ~ '^(CR|IN-FI)' and choice.draw < 0.35 then 'investigator'
               when posting.worker_type = 'police_officer' and posting.step > 0 and choice.draw > 0.7 then 'leader'
               else 'anyone'
           end as audience,
           pg_temp.draw('topic', drawn.n, drawn.k) as topic
    from drawn
    join demo_posting as posting on posting.n = drawn.n and not posting.secondment and posting.starts_on <= drawn.day
         and (posting.ends_before is null or posting.ends_before > drawn.day)
    cross join lateral (select pg_temp.draw('audience', drawn.n, drawn.k) as draw) as choice
), chosen as (
    select placed.n, placed.k, known.person_id, known.seen_by, organisation.title as organisation, placed.day,
           placed.step, placed.unit, topic.framework, topic.item, topic.type, topic.title, topic.learned, topic.effect,
           topic.minutes, own.framework_item_id as own_item_id, own.title as own_title, own.level as own_level
    from placed
    join demo_known as known on known.n = placed.n
    join demo_organisation as organisation on organisation.organisation_id = placed.organisation_id
    join demo_topic as topic on topic.audience = placed.audience
         and topic.number = floor(placed.topic * topic.of)::int
    left join lateral (
        select item.framework_item_id, item.title, requirement.level
        from role_requirement as requirement
        join framework_item as item on item.framework_item_id = requirement.framework_item_id
        where requirement.role_profile_id = placed.role_profile_id and topic.item = 'own'
        order by pg_temp.draw('own skill', placed.n * 1000 + placed.k, item.ordinal)
        limit 1
    ) as own on true
    order by placed.day, placed.n, placed.k
)
select nextval(pg_get_serial_sequence('activity', 'activity_id')) as activity_id, chosen.n, chosen.k,
       chosen.person_id,
       case
           when cardinality(chosen.seen_by) = 1 then chosen.seen_by
           else pg_temp.seeing(chosen.n, chosen.day, chosen.day + 1)
       end as seen_by,
       chosen.organisation, chosen.day, chosen.step, chosen.unit, chosen.framework, chosen.item,
       chosen.type, chosen.title, chosen.learned, chosen.effect, chosen.minutes, chosen.own_item_id, chosen.own_title,
       chosen.own_level,
       least(now(), chosen.day + 1 + interval '20 days' * pg_temp.draw('recorded', chosen.n, chosen.k)) as recorded_at
from chosen;
analyze demo_activity;

insert into activity (activity_id, id, person_id, seen_by, recorded_at)
overriding system value
select activity.activity_id, stable_id('demo-activity:' || demo.tag || activity.n || ':' || activity.k),
       activity.person_id, activity.seen_by, activity.recorded_at
from demo_activity as activity
cross join demo
order by activity.activity_id;

insert into activity_version (activity_id, version, person_id, seen_by, title, happened_on, learned, effect, type,
                              provider, minutes, stage, source, recorded_at)
select activity.activity_id, 1, activity.person_id, activity.seen_by,
       case
           when activity.item = 'own' then format(activity.title, lower(activity.own_title))
           else activity.title
       end,
       activity.day, activity.learned,
       case when draws.effect < 0.6 then activity.effect end,
       activity.type,
       case
           when activity.type in ('course', 'qualification') and draws.provider < 0.8
           then activity.organisation || ' learning team'
           when activity.type = 'e_learning' then 'Example online learning'
           when activity.type = 'conference' then 'Example policing network'
       end,
       case
           when draws.minutes < 0.45
           then greatest(15, 15 * round(activity.minutes * (0.6 + 1.6 * draws.minutes) / 15)::int)
       end,
       case
           when draws.stage < 0.10 then 'self_awareness'
           when draws.stage < 0.24 then 'planning'
           when draws.stage < 0.66 then 'action'
           when draws.stage < 0.84 then 'reflection'
       end,
       case when activity.type = 'e_learning' and draws.provider < 0.7 then 'learning-platform' else 'person' end,
       activity.recorded_at
from demo_activity as activity
cross join lateral (
    select pg_temp.draw('effect', activity.n, activity.k) as effect,
           pg_temp.draw('provider', activity.n, activity.k) as provider,
           pg_temp.draw('minutes', activity.n, activity.k) as minutes,
           pg_temp.draw('stage', activity.n, activity.k) as stage
) as draws
order by activity.activity_id;

-- Items of the current versions by the names that an activity has for them: code, place, or key where it is its own.
create temporary table demo_item on commit drop as
select framework.code as framework, known.name, item.framework_item_id, item.level_scale_id
from framework
join current_framework_version as current on current.framework_id = framework.framework_id
join framework_item as item on item.framework_version_id = current.framework_version_id
cross join lateral (
    values (item.code), ('place ' || item.ordinal), ('key ' || item.framework_item_id)
) as known (name);
analyze demo_item;

-- The topic's own item, and for every third activity a competency of the CVF beside it.
insert into activity_alignment (activity_id, version, person_id, seen_by, framework_item_id, level)
select activity.activity_id, 1, activity.person_id, activity.seen_by, item.framework_item_id,
       case
           when choice.item = 'own' then activity.own_level
           when item.level_scale_id is null then null
           when choice.item = 'pip' then case when activity.unit ~ '^CR-(MI|PP|CI)' then 2 else 1 end
           when activity.step >= 4 then 3
           when activity.step >= 1 then 2
           else 1
       end
from demo_activity as activity
cross join lateral (
    select pg_temp.draw('second item', activity.n, activity.k) as draw
) as second
cross join lateral (
    values (activity.framework, activity.item,
            case activity.item
                when 'own' then 'key ' || activity.own_item_id
                when 'stage' then 'stage-' || least(5, 1 + ceil(activity.step / 2.0 + 0.01)::int)
                else activity.item
            end, true),
           ('cop-cvf-2024', 'any', 'place ' || 4 + floor(second.draw * 3 * 6)::int, second.draw < 0.33)
) as choice (framework, item, name, happens)
join demo_item as item on item.framework = choice.framework and item.name = choice.name
where choice.happens
order by activity.activity_id
on conflict do nothing;

insert into activity_reflection (activity_id, version, person_id, seen_by, tier, body)
select activity.activity_id, 1, activity.person_id, activity.seen_by,
       case when draws.tier < 0.7 then 'private' when draws.tier < 0.9 then 'summary' else 'shared' end,
       thoughts.thought[1 + floor(draws.reflects / 0.3 * cardinality(thoughts.thought))::int]
from demo_activity as activity
cross join (
    select array['I held back at first and should not have.',
                 'It took me longer than others, and the time was worth it.',
                 'I knew the rule and not the reason; now I know both.',
                 'I would ask for help a day earlier next time.',
                 'Most of it I knew, one part I had wrong for years.',
                 'I want to try this with my team before I forget it.',
                 'Harder than it looked; I will come back to it in spring.',
                 'What helped was watching somebody who is good at it.'] as thought
) as thoughts
cross join lateral (
    select pg_temp.draw('reflects', activity.n, activity.k) as reflects,
           pg_temp.draw('tier', activity.n, activity.k) as tier
) as draws
where draws.reflects < 0.3
order by activity.activity_id;
