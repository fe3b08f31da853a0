CREATE TABLE `sweep_cursors` (
	`name` text PRIMARY KEY NOT NULL,
	`cursor` text,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `trash` (
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
	FOREIGN KEY (`trashed_tag_id`) REFERENCES `trashed_tags`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "trash_kind" CHECK("trash"."kind" IN ('workspace', 'image', 'version'))
);
--> statement-breakpoint
CREATE INDEX `trash_by_project` ON `trash` (`project_id`,`kind`,`deleted_at`);--> statement-breakpoint
CREATE INDEX `trash_by_workspace` ON `trash` (`workspace_id`,`kind`,`deleted_at`);--> statement-breakpoint
CREATE INDEX `trash_by_time` ON `trash` (`kind`,`deleted_at`);--> statement-breakpoint
CREATE INDEX `trash_by_image` ON `trash` (`image_id`,`digest`);--> statement-breakpoint
CREATE UNIQUE INDEX `trash_by_tag` ON `trash` (`trashed_tag_id`);--> statement-breakpoint
CREATE INDEX `trash_purged` ON `trash` (`purged_at`) WHERE purged_at IS NOT NULL;--> statement-breakpoint
DROP INDEX `images_in_trash`;--> statement-breakpoint
CREATE INDEX `images_by_workspace` ON `images` (`workspace_id`);--> statement-breakpoint
DROP INDEX `manifests_unused`;--> statement-breakpoint
DROP INDEX `manifests_in_trash`;--> statement-breakpoint
ALTER TABLE `manifests` ADD `workspace_id` integer;--> statement-breakpoint
ALTER TABLE `manifests` ADD `overwritten_at` integer;--> statement-breakpoint
ALTER TABLE `manifests` ADD `released_at` integer;--> statement-breakpoint
CREATE INDEX `manifests_untagged` ON `manifests` (`workspace_id`,`unused_since`) WHERE uses = 0 AND released_at IS NULL AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `manifests_released` ON `manifests` (`released_at`) WHERE uses = 0 AND released_at IS NOT NULL;--> statement-breakpoint
DROP INDEX `trashed_tags_by_time`;--> statement-breakpoint
ALTER TABLE `trashed_tags` ADD `updated_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `trashed_tags` ADD `updated_by` text DEFAULT '' NOT NULL;--> statement-breakpoint
DROP INDEX `workspaces_in_trash`;--> statement-breakpoint
CREATE INDEX `workspaces_in_trash` ON `workspaces` (`name`) WHERE deleted_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `collection_runs` ADD `state` text DEFAULT 'running' NOT NULL;--> statement-breakpoint
ALTER TABLE `collection_runs` ADD `empty_trash` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `collection_runs_running` ON `collection_runs` (`workspace_id`) WHERE state = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX `collection_runs_running_platform` ON `collection_runs` (`state`) WHERE state = 'running' AND workspace_id IS NULL;