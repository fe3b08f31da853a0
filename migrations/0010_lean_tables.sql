-- Content with integer ids: the tables of blobs, manifests and what links them, made anew beside
-- those of before. Rows are copied between this migration and the next one, in bounded steps
-- (scripts/lib/copy-content.ts), and until that is done nothing writes to the tables of before:
-- a push hears that the registry is being upgraded. Reads go on.
CREATE TABLE `upgrade_steps` (
	`name` text PRIMARY KEY NOT NULL,
	`done_to` integer NOT NULL
);
--> statement-breakpoint

-- Indexes of the new tables take the names of those of before.
DROP INDEX `blobs_key_unique`;--> statement-breakpoint
DROP INDEX `blobs_damaged`;--> statement-breakpoint
DROP INDEX `blobs_unused`;--> statement-breakpoint
DROP INDEX `image_blobs_unused`;--> statement-breakpoint
DROP INDEX `manifests_damaged`;--> statement-breakpoint
DROP INDEX `manifests_by_subject`;--> statement-breakpoint
DROP INDEX `manifests_untagged`;--> statement-breakpoint
DROP INDEX `manifests_released`;--> statement-breakpoint
DROP INDEX `manifest_blobs_by_blob`;--> statement-breakpoint
DROP INDEX `manifest_children_by_child`;--> statement-breakpoint
DROP INDEX `tags_by_manifest`;--> statement-breakpoint
DROP INDEX `tags_by_update`;--> statement-breakpoint
DROP INDEX `trashed_tags_by_manifest`;--> statement-breakpoint
DROP INDEX `trash_by_project`;--> statement-breakpoint
DROP INDEX `trash_by_workspace`;--> statement-breakpoint
DROP INDEX `trash_by_time`;--> statement-breakpoint
DROP INDEX `trash_by_image`;--> statement-breakpoint
DROP INDEX `trash_by_tag`;--> statement-breakpoint
DROP INDEX `trash_purged`;--> statement-breakpoint

CREATE TABLE `blobs_next` (
	`id` integer PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`key` text NOT NULL,
	`size` integer NOT NULL,
	`created_at` integer NOT NULL,
	`damaged_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `blobs_digest_unique` ON `blobs_next` (`digest`);--> statement-breakpoint
CREATE UNIQUE INDEX `blobs_key_unique` ON `blobs_next` (`key`);--> statement-breakpoint
CREATE INDEX `blobs_damaged` ON `blobs_next` (`damaged_at`) WHERE damaged_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `image_blobs_next` (
	`blob_id` integer NOT NULL,
	`image_id` integer NOT NULL,
	`uses` integer DEFAULT 0 NOT NULL,
	`unused_since` integer,
	`deleted_at` integer,
	PRIMARY KEY(`blob_id`, `image_id`),
	FOREIGN KEY (`blob_id`) REFERENCES `blobs_next`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `image_blobs_unused` ON `image_blobs_next` (`image_id`,`unused_since`) WHERE uses = 0;--> statement-breakpoint
CREATE TABLE `manifests_next` (
	`id` integer PRIMARY KEY NOT NULL,
	`image_id` integer NOT NULL,
	`workspace_id` integer NOT NULL,
	`digest` text NOT NULL,
	`media_type` text NOT NULL,
	`artifact_type` text,
	`subject_digest` text,
	`annotations` text,
	`size` integer NOT NULL,
	`content_size` integer NOT NULL,
	`content` text,
	`content_key` text,
	`pushed_at` integer NOT NULL,
	`pushed_by` text NOT NULL,
	`platforms` text,
	`pulls` integer DEFAULT 0 NOT NULL,
	`last_pulled_at` integer,
	`uses` integer DEFAULT 0 NOT NULL,
	`unused_since` integer,
	`overwritten_at` integer,
	`released_at` integer,
	`deleted_at` integer,
	`deleted_by` text,
	`damaged_at` integer,
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "manifests_content" CHECK((content IS NULL) <> (content_key IS NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `manifests_by_digest` ON `manifests_next` (`image_id`,`digest`);--> statement-breakpoint
CREATE UNIQUE INDEX `manifests_by_content_key` ON `manifests_next` (`content_key`) WHERE content_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX `manifests_damaged` ON `manifests_next` (`damaged_at`) WHERE damaged_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `manifests_by_subject` ON `manifests_next` (`image_id`,`subject_digest`,`digest`) WHERE subject_digest IS NOT NULL;--> statement-breakpoint
CREATE INDEX `manifests_untagged` ON `manifests_next` (`workspace_id`,`unused_since`) WHERE uses = 0 AND unused_since IS NOT NULL AND released_at IS NULL AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `manifests_released` ON `manifests_next` (`released_at`) WHERE uses = 0 AND released_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `manifest_blobs_next` (
	`manifest_id` integer NOT NULL,
	`blob_id` integer NOT NULL,
	`image_id` integer NOT NULL,
	PRIMARY KEY(`manifest_id`, `blob_id`),
	FOREIGN KEY (`manifest_id`) REFERENCES `manifests_next`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`blob_id`,`image_id`) REFERENCES `image_blobs_next`(`blob_id`,`image_id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `manifest_blobs_by_blob` ON `manifest_blobs_next` (`blob_id`,`image_id`);--> statement-breakpoint
CREATE TABLE `manifest_children_next` (
	`parent_id` integer NOT NULL,
	`child_id` integer NOT NULL,
	PRIMARY KEY(`parent_id`, `child_id`),
	FOREIGN KEY (`parent_id`) REFERENCES `manifests_next`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`child_id`) REFERENCES `manifests_next`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `manifest_children_by_child` ON `manifest_children_next` (`child_id`);--> statement-breakpoint
CREATE TABLE `tags_next` (
	`image_id` integer NOT NULL,
	`name` text NOT NULL,
	`manifest_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`pulls` integer DEFAULT 0 NOT NULL,
	`last_pulled_at` integer,
	PRIMARY KEY(`image_id`, `name`),
	FOREIGN KEY (`manifest_id`) REFERENCES `manifests_next`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `tags_by_manifest` ON `tags_next` (`manifest_id`);--> statement-breakpoint
CREATE INDEX `tags_by_update` ON `tags_next` (`image_id`,`updated_at`,`name`);--> statement-breakpoint
CREATE TABLE `tag_history_next` (
	`image_id` integer NOT NULL,
	`tag` text NOT NULL,
	`id` integer NOT NULL,
	`manifest_digest` text,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL,
	PRIMARY KEY(`image_id`, `tag`, `id`),
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `trashed_tags_next` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`image_id` integer NOT NULL,
	`name` text NOT NULL,
	`manifest_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`pulls` integer DEFAULT 0 NOT NULL,
	`last_pulled_at` integer,
	`deleted_at` integer NOT NULL,
	`deleted_by` text NOT NULL,
	FOREIGN KEY (`manifest_id`) REFERENCES `manifests_next`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `trashed_tags_by_manifest` ON `trashed_tags_next` (`manifest_id`);--> statement-breakpoint
CREATE TABLE `trash_next` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`project_id` integer NOT NULL,
	`workspace_id` integer NOT NULL,
	`image_id` integer,
	`trashed_tag_id` integer,
	`digest` text,
	`deleted_at` integer NOT NULL,
	`deleted_by` text NOT NULL,
	`purged_at` integer,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`trashed_tag_id`) REFERENCES `trashed_tags_next`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "trash_kind" CHECK(kind IN ('workspace', 'image', 'version'))
);
--> statement-breakpoint
CREATE INDEX `trash_by_project` ON `trash_next` (`project_id`,`kind`,`deleted_at`);--> statement-breakpoint
CREATE INDEX `trash_by_workspace` ON `trash_next` (`workspace_id`,`kind`,`deleted_at`);--> statement-breakpoint
CREATE INDEX `trash_by_time` ON `trash_next` (`kind`,`deleted_at`);--> statement-breakpoint
CREATE INDEX `trash_by_image` ON `trash_next` (`image_id`,`digest`);--> statement-breakpoint
CREATE UNIQUE INDEX `trash_by_tag` ON `trash_next` (`trashed_tag_id`);--> statement-breakpoint
CREATE INDEX `trash_purged` ON `trash_next` (`purged_at`) WHERE purged_at IS NOT NULL;--> statement-breakpoint

-- Nothing writes to the tables of before while they are copied.
CREATE TRIGGER blobs_frozen_insert BEFORE INSERT ON blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER blobs_frozen_update BEFORE UPDATE ON blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER blobs_frozen_delete BEFORE DELETE ON blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER image_blobs_frozen_insert BEFORE INSERT ON image_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER image_blobs_frozen_update BEFORE UPDATE ON image_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER image_blobs_frozen_delete BEFORE DELETE ON image_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifests_frozen_insert BEFORE INSERT ON manifests BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifests_frozen_update BEFORE UPDATE ON manifests BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifests_frozen_delete BEFORE DELETE ON manifests BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifest_blobs_frozen_insert BEFORE INSERT ON manifest_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifest_blobs_frozen_update BEFORE UPDATE ON manifest_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifest_blobs_frozen_delete BEFORE DELETE ON manifest_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifest_children_frozen_insert BEFORE INSERT ON manifest_children BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifest_children_frozen_update BEFORE UPDATE ON manifest_children BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER manifest_children_frozen_delete BEFORE DELETE ON manifest_children BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER tags_frozen_insert BEFORE INSERT ON tags BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER tags_frozen_update BEFORE UPDATE ON tags BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER tags_frozen_delete BEFORE DELETE ON tags BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER tag_history_frozen_insert BEFORE INSERT ON tag_history BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER tag_history_frozen_update BEFORE UPDATE ON tag_history BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER tag_history_frozen_delete BEFORE DELETE ON tag_history BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER trashed_tags_frozen_insert BEFORE INSERT ON trashed_tags BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER trashed_tags_frozen_update BEFORE UPDATE ON trashed_tags BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER trashed_tags_frozen_delete BEFORE DELETE ON trashed_tags BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER trash_frozen_insert BEFORE INSERT ON trash BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER trash_frozen_update BEFORE UPDATE ON trash BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
--> statement-breakpoint
CREATE TRIGGER trash_frozen_delete BEFORE DELETE ON trash BEGIN
  SELECT RAISE(ABORT, 'orlop:upgrading');
END;
