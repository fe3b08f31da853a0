CREATE TABLE `trigger_events` (
	`id` integer PRIMARY KEY NOT NULL,
	`trigger_id` integer NOT NULL,
	`image_id` integer NOT NULL,
	`event_id` text NOT NULL,
	`happened_at` integer NOT NULL,
	`facts` text NOT NULL,
	FOREIGN KEY (`trigger_id`) REFERENCES `triggers`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `trigger_events_by_image` ON `trigger_events` (`trigger_id`,`image_id`);--> statement-breakpoint
CREATE TABLE `triggers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`workspace_id` integer,
	`name` text NOT NULL,
	`enabled` integer NOT NULL,
	`events` text NOT NULL,
	`images` text NOT NULL,
	`tags` text NOT NULL,
	`action` text NOT NULL,
	`secrets` text NOT NULL,
	`key_id` text NOT NULL,
	`origin` text NOT NULL,
	`paused_at` integer,
	`pause_reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `triggers_by_name` ON `triggers` (`project_id`,`name`);--> statement-breakpoint
CREATE INDEX `triggers_active` ON `triggers` (`project_id`) WHERE enabled = 1 AND paused_at IS NULL;--> statement-breakpoint
CREATE INDEX `triggers_by_workspace` ON `triggers` (`workspace_id`) WHERE workspace_id IS NOT NULL;--> statement-breakpoint
-- Whatever changes a version, the triggers that ask for it have its event from the same transaction on. It is
-- complete by itself: what it tells of may be deleted before it is delivered. Accessories are no versions. Without
-- an active trigger in the project this costs one look into an index.
CREATE TRIGGER tag_history_to_triggers AFTER INSERT ON tag_history
  WHEN EXISTS (
    SELECT 1 FROM triggers
      WHERE project_id = (SELECT project_id FROM images WHERE id = NEW.image_id)
        AND enabled = 1 AND paused_at IS NULL)
BEGIN
  INSERT INTO trigger_events (trigger_id, image_id, event_id, happened_at, facts)
    SELECT t.id, i.id, printf('%d-%d-%s', i.id, NEW.id, NEW.tag), NEW.changed_at,
        json_object(
          'id', printf('%d-%d-%s', i.id, NEW.id, NEW.tag),
          'type', iif(NEW.manifest_digest IS NULL, 'version.deleted', 'image.pushed'),
          'at', NEW.changed_at, 'project', p.name, 'workspace', w.name, 'image', i.name,
          'tag', NEW.tag, 'digest', NEW.manifest_digest,
          'previousDigest', (
            SELECT manifest_digest FROM tag_history
              WHERE image_id = NEW.image_id AND tag = NEW.tag AND id = NEW.id - 1),
          'mediaType', m.media_type, 'size', m.size, 'actor', NEW.changed_by)
      FROM images AS i
        CROSS JOIN workspaces AS w ON w.id = i.workspace_id
        CROSS JOIN projects AS p ON p.id = i.project_id
        CROSS JOIN triggers AS t ON t.project_id = i.project_id
          AND t.enabled = 1 AND t.paused_at IS NULL
        LEFT JOIN manifests AS m ON m.image_id = i.id AND m.digest = NEW.manifest_digest
      WHERE i.id = NEW.image_id
        AND (t.workspace_id IS NULL OR t.workspace_id = w.id)
        AND EXISTS (
          SELECT 1 FROM json_each(t.events) AS e
            WHERE e.value = iif(NEW.manifest_digest IS NULL, 'version.deleted', 'image.pushed'))
        AND (t.images = '[]' OR EXISTS (
          SELECT 1 FROM json_each(t.images) AS pattern WHERE i.name GLOB pattern.value))
        AND (t.tags = '[]' OR EXISTS (
          SELECT 1 FROM json_each(t.tags) AS pattern WHERE NEW.tag GLOB pattern.value))
        -- The last row of trashed_tags is the one whose trigger writes this history.
        AND iif(NEW.manifest_digest IS NULL,
          (SELECT subject FROM trashed_tags ORDER BY id DESC LIMIT 1),
          (SELECT subject FROM tags WHERE image_id = i.id AND name = NEW.tag)) IS NULL;
END;
