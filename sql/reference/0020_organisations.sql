-- SPDX-License-Identifier: MIT
-- Police organisations of the United Kingdom as of November 2026: the 43 forces of England and Wales, Scotland,
-- Northern Ireland and the four with a national remit. Codes are those of data.police.uk where it has one; ONS has no
-- police force area for the last five.

insert into organisation (id, code, name, ons_code, stats19_code, nation, region, kind)
select stable_id('organisation:' || code), code, name, ons_code, stats19_code, nation, region,
       case region when 'National' then 'national' else 'territorial' end
from (
    values
        ('avon-and-somerset', 'Avon and Somerset Police', 'E23000036', '52', 'England', 'South West'),
        ('bedfordshire', 'Bedfordshire Police', 'E23000026', '40', 'England', 'Eastern'),
        ('cambridgeshire', 'Cambridgeshire Constabulary', 'E23000023', '35', 'England', 'Eastern'),
        ('cheshire', 'Cheshire Constabulary', 'E23000006', '07', 'England', 'North West'),
        ('city-of-london', 'City of London Police', 'E23000034', '48', 'England', 'London'),
        ('cleveland', 'Cleveland Police', 'E23000013', '17', 'England', 'North East'),
        ('cumbria', 'Cumbria Constabulary', 'E23000002', '03', 'England', 'North West'),
        ('derbyshire', 'Derbyshire Constabulary', 'E23000018', '30', 'England', 'East Midlands'),
        ('devon-and-cornwall', 'Devon and Cornwall Police', 'E23000035', '50', 'England', 'South West'),
        ('dorset', 'Dorset Police', 'E23000039', '55', 'England', 'South West'),
        ('durham', 'Durham Constabulary', 'E23000008', '11', 'England', 'North East'),
        ('dyfed-powys', 'Dyfed-Powys Police', 'W15000004', '63', 'Wales', 'Wales'),
        ('essex', 'Essex Police', 'E23000028', '42', 'England', 'Eastern'),
        ('gloucestershire', 'Gloucestershire Constabulary', 'E23000037', '53', 'England', 'South West'),
        ('greater-manchester', 'Greater Manchester Police', 'E23000005', '06', 'England', 'North West'),
        ('gwent', 'Gwent Police', 'W15000002', '61', 'Wales', 'Wales'),
        ('hampshire', 'Hampshire and Isle of Wight Constabulary', 'E23000030', '44', 'England', 'South East'),
        ('hertfordshire', 'Hertfordshire Constabulary', 'E23000027', '41', 'England', 'Eastern'),
        ('humberside', 'Humberside Police', 'E23000012', '16', 'England', 'Yorkshire and the Humber'),
        ('kent', 'Kent Police', 'E23000032', '46', 'England', 'South East'),
        ('lancashire', 'Lancashire Constabulary', 'E23000003', '04', 'England', 'North West'),
        ('leicestershire', 'Leicestershire Police', 'E23000021', '33', 'England', 'East Midlands'),
        ('lincolnshire', 'Lincolnshire Police', 'E23000020', '32', 'England', 'East Midlands'),
        ('merseyside', 'Merseyside Police', 'E23000004', '05', 'England', 'North West'),
        ('metropolitan', 'Metropolitan Police Service', 'E23000001', '01', 'England', 'London'),
        ('norfolk', 'Norfolk Constabulary', 'E23000024', '36', 'England', 'Eastern'),
        ('north-wales', 'North Wales Police', 'W15000001', '60', 'Wales', 'Wales'),
        ('north-yorkshire', 'North Yorkshire Police', 'E23000009', '12', 'England', 'Yorkshire and the Humber'),
        ('northamptonshire', 'Northamptonshire Police', 'E23000022', '34', 'England', 'East Midlands'),
        ('northumbria', 'Northumbria Police', 'E23000007', '10', 'England', 'North East'),
        ('nottinghamshire', 'Nottinghamshire Police', 'E23000019', '31', 'England', 'East Midlands'),
        ('south-wales', 'South Wales Police', 'W15000003', '62', 'Wales', 'Wales'),
        ('south-yorkshire', 'South Yorkshire Police', 'E23000011', '14', 'England', 'Yorkshire and the Humber'),
        ('staffordshire', 'Staffordshire Police', 'E23000015', '21', 'England', 'West Midlands'),
        ('suffolk', 'Suffolk Constabulary', 'E23000025', '37', 'England', 'Eastern'),
        ('surrey', 'Surrey Police', 'E23000031', '45', 'England', 'South East'),
        ('sussex', 'Sussex Police', 'E23000033', '47', 'England', 'South East'),
        ('thames-valley', 'Thames Valley Police', 'E23000029', '43', 'England', 'South East'),
        ('warwickshire', 'Warwickshire Police', 'E23000017', '23', 'England', 'West Midlands'),
        ('west-mercia', 'West Mercia Police', 'E23000016', '22', 'England', 'West Midlands'),
        ('west-midlands', 'West Midlands Police', 'E23000014', '20', 'England', 'West Midlands'),
        ('west-yorkshire', 'West Yorkshire Police', 'E23000010', '13', 'England', 'Yorkshire and the Humber'),
        ('wiltshire', 'Wiltshire Police', 'E23000038', '54', 'England', 'South West'),
        ('police-scotland', 'Police Service of Scotland (Police Scotland)', 'S23000009', null, 'Scotland', 'Scotland'),
        ('northern-ireland', 'Police Service of Northern Ireland', null, null, 'Northern Ireland', 'Northern Ireland'),
        ('btp', 'British Transport Police', null, null, 'Great Britain', 'National'),
        ('mdp', 'Ministry of Defence Police', null, null, 'UK', 'National'),
        ('cnc', 'Civil Nuclear Constabulary', null, null, 'Great Britain', 'National'),
        ('nca', 'National Crime Agency', null, null, 'UK', 'National')
) as known (code, name, ons_code, stats19_code, nation, region)
on conflict (code) do update
set name = excluded.name, ons_code = excluded.ons_code, stats19_code = excluded.stats19_code, nation = excluded.nation,
    region = excluded.region, kind = excluded.kind
where (organisation.name, organisation.ons_code, organisation.stats19_code, organisation.nation, organisation.region,
       organisation.kind)
      is distinct from
      (excluded.name, excluded.ons_code, excluded.stats19_code, excluded.nation, excluded.region, excluded.kind);
