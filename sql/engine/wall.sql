-- What opens the wall: all that the serving role may reach, or become, past row-level security. No row is expected.
-- SPDX-License-Identifier: MIT
-- What is not in `allowed` the serving role may neither change nor delete; a column that is null means all of them.
with allowed (relname, privilege, attname) as (
    values ('access_grant', 'update', 'revoked_at'),
           ('access_grant', 'update', 'revoked_by'),
           ('account', 'update', 'closed_at'),
           ('activity', 'update', 'seen_by'),
           ('activity', 'update', 'version'),
           ('audit_head', 'delete', null),
           ('audit_pending', 'delete', null),
           ('idempotency_claim', 'delete', null),
           ('idempotency_claim', 'update', null),
           ('import', 'update', 'ended_at'),
           ('import', 'update', 'queued_at'),
           ('import', 'update', 'state'),
           ('issuer', 'update', 'audience'),
           ('issuer', 'update', 'managed_by'),
           ('issuer', 'update', 'national'),
           ('issuer', 'update', 'person_claim'),
           ('issuer', 'update', 'retired_at'),
           ('issuer', 'update', 'role_claim'),
           ('issuer', 'update', 'scopes'),
           ('issuer', 'update', 'title'),
           ('issuer', 'update', 'version'),
           ('issuer_key_set', 'update', null),
           ('issuer_organisation', 'delete', null),
           ('issuer_role', 'update', 'ends_before'),
           ('role_profile', 'update', 'family'),
           ('role_profile', 'update', 'role'),
           ('role_profile', 'update', 'role_level'),
           ('role_profile', 'update', 'title')
), system_schema as (
    select oid
    from pg_namespace
    where nspname in ('pg_catalog', 'information_schema', 'pg_toast') or nspname ~ '^pg_(toast_)?temp_'
), role as (
    select oid, rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
           rolname = current_user as own
    from pg_roles
    where pg_has_role(current_user, oid, 'member')
), reachable as (
    select class.oid, class.relname, class.relkind, class.relrowsecurity, class.reloptions, namespace.nspname,
           has_any_column_privilege(class.oid, 'insert, update')
               or has_table_privilege(class.oid, 'delete, truncate') as writable,
           has_any_column_privilege(class.oid, 'select, insert, update')
               or has_table_privilege(class.oid, 'delete, truncate') as open,
           case class.relkind
               when 'v' then 'view '
               when 'm' then 'materialized view '
               when 'f' then 'foreign table '
               else 'table '
           end
               || case when namespace.nspname = 'skills' then '' else quote_ident(namespace.nspname) || '.' end
               || class.relname as told
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where class.relnamespace not in (select system_schema.oid from system_schema)
      and has_schema_privilege(class.relnamespace, 'usage')
      and class.relkind in ('r', 'p', 'v', 'm', 'f')
), held (relname, told, privilege, attname) as (
    select reachable.relname, reachable.told, kind.privilege, null::name
    from reachable
    cross join (values ('update'), ('delete'), ('truncate'), ('references'), ('trigger')) as kind (privilege)
    where reachable.nspname = 'skills' and has_table_privilege(reachable.oid, kind.privilege)
    union all
    select reachable.relname, reachable.told, kind.privilege, field.attname
    from reachable
    join pg_attribute as field on field.attrelid = reachable.oid and field.attnum > 0 and not field.attisdropped
    cross join (values ('update'), ('references')) as kind (privilege)
    where reachable.nspname = 'skills'
      and has_column_privilege(reachable.oid, field.attnum, kind.privilege)
      and not has_table_privilege(reachable.oid, kind.privilege)
), own_policy as (
    select policy.oid, policy.polrelid, policy.polname, policy.polroles, reachable.told,
           policy.polqual::text as reads, policy.polwithcheck::text as writes
    from pg_policy as policy
    join reachable on reachable.oid = policy.polrelid
    where policy.polroles = '{0}' or exists (select from role where role.oid = any (policy.polroles))
)
select 'role ' || rolname as object,
       case when own then 'the serving role must not' else 'the serving role is a member of it, and so would' end
           || ' be a superuser, bypass row-level security, replicate, or create roles or databases' as fault
from role
where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
union all
select 'role ' || rolname,
       'the serving role is a member of it, and so reaches past row-level security or into the server'
from role
where not own
  and rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
                  'pg_execute_server_program', 'pg_create_subscription', 'pg_maintain')
union all
select pg_describe_object(depend.classid, depend.objid, depend.objsubid),
       'the serving role owns it, or may become its owner'
from pg_shdepend as depend
where depend.refclassid = 'pg_authid'::regclass
  and depend.deptype = 'o'
  and depend.dbid in (0, (select oid from pg_database where datname = current_database()))
  and pg_has_role(current_user, depend.refobjid, 'member')
union all
select 'database ' || current_database(), 'the serving role may create schemas in it'
where has_database_privilege(current_database(), 'create')
union all
select 'schema ' || nspname, 'the serving role may create objects in it'
from pg_namespace
where nspname !~ '^pg_(toast_)?temp_' and has_schema_privilege(oid, 'create')
union all
select told, 'it is outside the schema skills, where no policy of this service stands'
from reachable
where open and nspname <> 'skills'
  and not exists (
      select
      from pg_depend
      where pg_depend.classid = 'pg_class'::regclass and pg_depend.objid = reachable.oid and pg_depend.deptype = 'e')
union all
select told, 'row-level security is not enabled'
from reachable
where open
  and nspname = 'skills'
  and relkind in ('r', 'p', 'f')
  and not relrowsecurity
  and (writable or relname <> 'migration')
union all
select told, 'no policy says which of its rows the serving role may reach'
from reachable
where open and nspname = 'skills' and relrowsecurity and oid not in (select own_policy.polrelid from own_policy)
union all
select told, 'a view reads as its owner unless it is made with (security_invoker)'
from reachable
where open and nspname = 'skills' and relkind = 'v'
  and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
union all
select told, 'row-level security does not cover it' from reachable where open and nspname = 'skills' and relkind = 'm'
union all
select held.told,
       case
           when held.privilege = 'truncate' then 'the serving role may truncate it, which no policy stops'
           else 'the serving role may ' || case held.privilege
               when 'update' then 'change ' || coalesce('its column ' || held.attname, 'all its columns')
               when 'delete' then 'delete from it'
               when 'trigger' then 'hang triggers on it'
               else 'refer to it, and so find out what it holds'
           end || ', which sql/engine/wall.sql does not allow'
       end
from held
where not exists (
    select
    from allowed
    where allowed.relname = held.relname
      and allowed.privilege = held.privilege
      and (allowed.attname is null or allowed.attname = held.attname))
union all
select 'policy ' || polname || ' on ' || substr(told, 7), 'a policy must name the serving role and not everyone'
from own_policy
where polroles = '{0}'
union all
select 'policy ' || polname || ' on ' || substr(told, 7),
       'its expression looks at no row and at no caller, and its comment does not begin with "public:"'
from own_policy
where coalesce(obj_description(oid, 'pg_policy'), '') not like 'public:%'
  and (reads !~ '\{(VAR|FUNCEXPR|SUBLINK|SQLVALUEFUNCTION) ' or writes !~ '\{(VAR|FUNCEXPR|SUBLINK|SQLVALUEFUNCTION) ')
union all
select 'function ' || procedure.oid::regprocedure, fault.told
from pg_proc as procedure
cross join lateral (
    values ('it runs as its owner and its comment does not begin with "public:"',
            coalesce(obj_description(procedure.oid, 'pg_proc'), '') not like 'public:%'),
           ('it runs as its owner and does not fix its search_path, with pg_temp last',
            not exists (
                select
                from unnest(procedure.proconfig) as setting
                where setting like 'search\_path=%pg\_temp'))
) as fault (told, found)
where procedure.prosecdef
  and fault.found
  and procedure.pronamespace not in (select system_schema.oid from system_schema)
  and has_schema_privilege(procedure.pronamespace, 'usage')
  and has_function_privilege(procedure.oid, 'execute')
union all
select 'default privileges of ' || pg_get_userbyid(given.defaclrole),
       'what it makes next would be within the serving role''s reach without anybody saying so'
from pg_default_acl as given
where exists (
    select
    from aclexplode(given.defaclacl) as entry
    where entry.grantee in (select role.oid from role union select 0)
      and not (entry.grantee = 0 and given.defaclobjtype in ('f', 'T')))
union all
select 'foreign server ' || srvname, 'the serving role may read through it what is elsewhere'
from pg_foreign_server
where has_server_privilege(oid, 'usage')
