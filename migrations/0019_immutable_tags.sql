-- A rule holds the tag that a user gave to an accessory as any other. A wildcard leaves only those alone
-- that clients name after the digest of the subject (`subjectOfTag` in src/domain/accessories.ts)
-- and write anew: a second signature, a list of referrers.
DROP VIEW `immutable_versions`;--> statement-breakpoint
CREATE VIEW immutable_versions AS
  SELECT i.workspace_id, i.id AS image_id, i.name AS image, t.name AS tag
    FROM images AS i
      CROSS JOIN workspaces AS w ON w.id = i.workspace_id
        AND json_array_length(w.retention, '$.immutableTags') > 0
      CROSS JOIN json_each(w.retention, '$.immutableTags') AS p
      CROSS JOIN tags AS t ON t.image_id = i.id AND t.name GLOB p.value
        AND t.name >= substr(p.value, 1, instr(replace(p.value, '?', '*') || '*', '*') - 1)
        AND t.name <
          substr(p.value, 1, instr(replace(p.value, '?', '*') || '*', '*') - 1) || char(1114111)
        AND (t.subject IS NULL OR instr(t.name, replace(t.subject, ':', '-')) = 0
          OR instr(replace(p.value, '?', '*'), '*') = 0);
--> statement-breakpoint
DROP VIEW `immutable_tags`;--> statement-breakpoint
CREATE VIEW immutable_tags AS
  SELECT t.image_id, t.name FROM tags AS t
    CROSS JOIN images AS i ON i.id = t.image_id
    CROSS JOIN workspaces AS w ON w.id = i.workspace_id
    WHERE EXISTS (
        SELECT 1 FROM json_each(w.retention, '$.immutableTags') AS p
          WHERE t.name GLOB p.value
            AND (t.subject IS NULL OR instr(t.name, replace(t.subject, ':', '-')) = 0
              OR instr(replace(p.value, '?', '*'), '*') = 0))
      AND NOT (i.deleted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM trash
          WHERE image_id = i.id AND kind = 'image' AND purged_at IS NOT NULL))
      AND NOT (w.deleted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM trash
          WHERE workspace_id = w.id AND kind = 'workspace' AND purged_at IS NOT NULL));
