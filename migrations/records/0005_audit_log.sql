-- The audit log: every collection, alteration, look, disclosure, combination and erasure, as the leaves of an RFC 6962
-- Merkle tree. What stands here can be added to and not changed; docs/audit-log.md says how anybody can check that.

create table audit_entry (
  entry_no bigint primary key check (entry_no >= 0),   -- from 0, without gaps
  at timestamptz(3) not null,                          -- never before the entry before
  clock timestamptz(3),                                -- what the clock said, when it said an earlier time
  act text not null check (act in ('collection', 'alteration', 'look', 'disclosure', 'combination', 'erasure')),
  action text not null,
  what text not null,
  outcome text not null check (outcome in ('done', 'refused')),
  commitments jsonb not null,                          -- field -> HMAC-SHA-256 under the salt in audit_detail, hex
  erased jsonb,                                        -- of an erasure: [[entry_no, field], ...]
  leaf bytea not null check (length(leaf) = 32)
);
create index audit_entry_by_time on audit_entry (at);

-- The personal fields. They can be wiped, salt and value together, and nothing else can be done to them.
create table audit_detail (
  entry_no bigint not null references audit_entry,
  field text not null check (field in ('who', 'session', 'officer', 'person', 'found', 'why', 'more')),
  salt bytea check (length(salt) = 32),
  value text,
  primary key (entry_no, field),
  check ((salt is null) = (value is null))
);
create index audit_detail_named on audit_detail (field, value, entry_no)
  where field in ('who', 'officer', 'person');

-- Roots of the complete subtrees of 256, 65,536, ... leaves, so that a proof need not read the whole log.
create table audit_node (
  level smallint not null check (level > 0 and level % 8 = 0),
  position bigint not null,
  hash bytea not null check (length(hash) = 32),
  primary key (level, position)
);

-- One row: how long the log is, and the right edge of its tree. Whoever appends holds its lock to the end of the act.
create table audit_head (
  one boolean primary key default true check (one),
  size bigint not null,
  edge text[] not null,                                -- roots of the complete subtrees, largest first, hex
  last_at timestamptz(3)
);
insert into audit_head (size, edge) values (0, '{}');

create function audit_log_is_kept() returns trigger language plpgsql as
  $$ begin raise exception 'the audit log is kept as it was written'; end $$;

create function audit_detail_is_kept() returns trigger language plpgsql as
  $$ begin if new.salt is null and new.value is null and new.entry_no = old.entry_no and new.field = old.field then return new; end if; raise exception 'the audit log is kept as it was written'; end $$;

create function audit_head_grows() returns trigger language plpgsql as
  $$ begin if new.size > old.size then return new; end if; raise exception 'the audit log is kept as it was written: it only grows'; end $$;

create trigger audit_entry_is_kept before update or delete on audit_entry for each row execute function audit_log_is_kept();
create trigger audit_entry_is_not_emptied before truncate on audit_entry for each statement execute function audit_log_is_kept();
create trigger audit_detail_is_wiped_only before update on audit_detail for each row execute function audit_detail_is_kept();
create trigger audit_detail_is_kept before delete on audit_detail for each row execute function audit_log_is_kept();
create trigger audit_detail_is_not_emptied before truncate on audit_detail for each statement execute function audit_log_is_kept();
create trigger audit_node_is_kept before update or delete on audit_node for each row execute function audit_log_is_kept();
create trigger audit_node_is_not_emptied before truncate on audit_node for each statement execute function audit_log_is_kept();
create trigger audit_head_only_grows before update on audit_head for each row execute function audit_head_grows();
create trigger audit_head_is_kept before delete on audit_head for each row execute function audit_log_is_kept();
create trigger audit_head_is_not_emptied before truncate on audit_head for each statement execute function audit_log_is_kept();

-- Looks from before the log: the program takes them into it when it next opens, and drops this table.
alter table look rename to look_before_the_log;

-- Looks as they are read. What was erased is null.
create view look as
  select e.entry_no as look_id, e.at, w.value as name, s.value as session_id, e.action, e.what,
    case e.outcome when 'done' then 'shown' else e.outcome end as outcome,
    o.value as officer_id, p.value as person_id, f.value::jsonb as found
  from audit_entry e
  join audit_detail s on s.entry_no = e.entry_no and s.field = 'session'
  left join audit_detail w on w.entry_no = e.entry_no and w.field = 'who'
  left join audit_detail o on o.entry_no = e.entry_no and o.field = 'officer'
  left join audit_detail p on p.entry_no = e.entry_no and p.field = 'person'
  left join audit_detail f on f.entry_no = e.entry_no and f.field = 'found';

create trigger look_is_kept instead of update or delete on look for each row execute function audit_log_is_kept();
