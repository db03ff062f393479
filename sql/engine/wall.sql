-- What opens the wall: everything within the serving role's reach that row-level security does not cover. No row is expected.
-- SPDX-License-Identifier: MIT
with reachable as (
    select class.oid, class.relname, class.relkind, class.relrowsecurity, class.relowner, class.reloptions,
           pg_has_role(current_user, class.relowner, 'member') as owned,
           has_any_column_privilege(class.oid, 'select, insert, update') or has_table_privilege(class.oid, 'delete, truncate') as open
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname = 'skills' and class.relkind in ('r', 'p', 'v', 'm', 'f')
), role as (
    select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user
)
select 'role ' || rolname as object, 'the serving role must not be a superuser, bypass row-level security or create roles' as fault
from role
where rolsuper or rolbypassrls or rolcreaterole
union all
select 'relation ' || relname, 'the serving role owns it, or may become its owner' from reachable where owned
union all
select 'schema skills', 'the serving role may create objects in it' where has_schema_privilege('skills', 'create')
union all
select 'table ' || relname, 'row-level security is not enabled'
from reachable
where open and relkind in ('r', 'p', 'f') and not relrowsecurity and relname <> 'migration'
union all
select 'table ' || relname, 'the serving role may truncate it, which no policy stops'
from reachable
where relkind in ('r', 'p') and has_table_privilege(oid, 'truncate')
union all
select 'view ' || relname, 'a view reads as its owner unless it is made with (security_invoker)'
from reachable
where open and relkind = 'v'
  and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
union all
select 'materialized view ' || relname, 'row-level security does not cover it' from reachable where open and relkind = 'm'
union all
select 'function ' || procedure.oid::regprocedure, 'it runs as its owner and its comment does not begin with "public:"'
from pg_proc as procedure
join pg_namespace as namespace on namespace.oid = procedure.pronamespace
where namespace.nspname = 'skills' and procedure.prosecdef and has_function_privilege(procedure.oid, 'execute')
  and coalesce(obj_description(procedure.oid, 'pg_proc'), '') not like 'public:%'
union all
select 'policy ' || policyname || ' on ' || tablename, 'a policy must name the serving role and not everyone'
from pg_policies
where schemaname = 'skills' and roles @> array['public'::name]
