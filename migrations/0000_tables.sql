CREATE TABLE `access_tokens` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`name` text NOT NULL,
	`token_hash` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `access_tokens_token_hash_unique` ON `access_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `access_tokens_by_user` ON `access_tokens` (`user_id`);--> statement-breakpoint
CREATE TABLE `blobs` (
	`digest` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`size` integer NOT NULL,
	`created_at` integer NOT NULL,
	`uses` integer DEFAULT 0 NOT NULL,
	`unused_since` integer,
	`damaged_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `blobs_key_unique` ON `blobs` (`key`);--> statement-breakpoint
CREATE INDEX `blobs_unused` ON `blobs` (`unused_since`) WHERE uses = 0;--> statement-breakpoint
CREATE INDEX `blobs_damaged` ON `blobs` (`damaged_at`) WHERE damaged_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `collection_runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` integer,
	`started_at` integer NOT NULL,
	`started_by` text NOT NULL,
	`ended_at` integer,
	`cursor` text,
	`freed_bytes` integer DEFAULT 0 NOT NULL,
	`freed_objects` integer DEFAULT 0 NOT NULL,
	`report` text,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `collection_runs_by_workspace` ON `collection_runs` (`workspace_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `collection_runs_by_time` ON `collection_runs` (`started_at`);--> statement-breakpoint
CREATE TABLE `departments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `departments_name_unique` ON `departments` (`name`);--> statement-breakpoint
CREATE TABLE `doomed_objects` (
	`key` text PRIMARY KEY NOT NULL,
	`doomed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `doomed_objects_by_time` ON `doomed_objects` (`doomed_at`);--> statement-breakpoint
CREATE TABLE `image_blobs` (
	`image_id` integer NOT NULL,
	`digest` text NOT NULL,
	`linked_at` integer NOT NULL,
	`uses` integer DEFAULT 0 NOT NULL,
	`unused_since` integer,
	`deleted_at` integer,
	PRIMARY KEY(`image_id`, `digest`),
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`digest`) REFERENCES `blobs`(`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `image_blobs_by_digest` ON `image_blobs` (`digest`);--> statement-breakpoint
CREATE INDEX `image_blobs_unused` ON `image_blobs` (`unused_since`) WHERE uses = 0;--> statement-breakpoint
CREATE TABLE `images` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` integer NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`description_revision` integer DEFAULT 0 NOT NULL,
	`pulls` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`published_at` integer,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`deleted_by` text,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `images_by_name` ON `images` (`workspace_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `images_in_trash` ON `images` (`deleted_at`) WHERE deleted_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `manifest_blobs` (
	`image_id` integer NOT NULL,
	`manifest_digest` text NOT NULL,
	`blob_digest` text NOT NULL,
	PRIMARY KEY(`image_id`, `manifest_digest`, `blob_digest`),
	FOREIGN KEY (`image_id`,`manifest_digest`) REFERENCES `manifests`(`image_id`,`digest`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`image_id`,`blob_digest`) REFERENCES `image_blobs`(`image_id`,`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `manifest_blobs_by_blob` ON `manifest_blobs` (`image_id`,`blob_digest`);--> statement-breakpoint
CREATE TABLE `manifest_children` (
	`image_id` integer NOT NULL,
	`parent_digest` text NOT NULL,
	`child_digest` text NOT NULL,
	PRIMARY KEY(`image_id`, `parent_digest`, `child_digest`),
	FOREIGN KEY (`image_id`,`parent_digest`) REFERENCES `manifests`(`image_id`,`digest`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`image_id`,`child_digest`) REFERENCES `manifests`(`image_id`,`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `manifest_children_by_child` ON `manifest_children` (`image_id`,`child_digest`);--> statement-breakpoint
CREATE TABLE `manifests` (
	`image_id` integer NOT NULL,
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
	`pulls` integer DEFAULT 0 NOT NULL,
	`last_pulled_at` integer,
	`uses` integer DEFAULT 0 NOT NULL,
	`unused_since` integer,
	`deleted_at` integer,
	`deleted_by` text,
	PRIMARY KEY(`image_id`, `digest`),
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "manifests_content" CHECK(("manifests"."content" IS NULL) <> ("manifests"."content_key" IS NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `manifests_content_key_unique` ON `manifests` (`content_key`);--> statement-breakpoint
CREATE INDEX `manifests_by_subject` ON `manifests` (`image_id`,`subject_digest`,`digest`) WHERE subject_digest IS NOT NULL;--> statement-breakpoint
CREATE INDEX `manifests_unused` ON `manifests` (`unused_since`) WHERE uses = 0;--> statement-breakpoint
CREATE INDEX `manifests_in_trash` ON `manifests` (`deleted_at`) WHERE deleted_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `members` (
	`project_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `project_id`),
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "members_role" CHECK("members"."role" IN ('viewer', 'developer', 'owner'))
);
--> statement-breakpoint
CREATE INDEX `members_by_project` ON `members` (`project_id`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`payload` text NOT NULL,
	`created_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_by_time` ON `outbox` (`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `projects` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`department_id` integer NOT NULL,
	`name` text NOT NULL,
	`credential_version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `projects_by_name` ON `projects` (`department_id`,`name`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`user_agent` text DEFAULT '' NOT NULL,
	`address` text DEFAULT '' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token_hash_unique` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tag_history` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`image_id` integer NOT NULL,
	`tag` text NOT NULL,
	`manifest_digest` text,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL,
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `tag_history_by_tag` ON `tag_history` (`image_id`,`tag`,`id`);--> statement-breakpoint
CREATE TABLE `tags` (
	`image_id` integer NOT NULL,
	`name` text NOT NULL,
	`manifest_digest` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`pulls` integer DEFAULT 0 NOT NULL,
	`last_pulled_at` integer,
	PRIMARY KEY(`image_id`, `name`),
	FOREIGN KEY (`image_id`,`manifest_digest`) REFERENCES `manifests`(`image_id`,`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `tags_by_manifest` ON `tags` (`image_id`,`manifest_digest`);--> statement-breakpoint
CREATE TABLE `trashed_tags` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`image_id` integer NOT NULL,
	`name` text NOT NULL,
	`manifest_digest` text NOT NULL,
	`created_at` integer NOT NULL,
	`pulls` integer DEFAULT 0 NOT NULL,
	`last_pulled_at` integer,
	`deleted_at` integer NOT NULL,
	`deleted_by` text NOT NULL,
	FOREIGN KEY (`image_id`,`manifest_digest`) REFERENCES `manifests`(`image_id`,`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `trashed_tags_by_manifest` ON `trashed_tags` (`image_id`,`manifest_digest`);--> statement-breakpoint
CREATE INDEX `trashed_tags_by_time` ON `trashed_tags` (`deleted_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`password_hash` text,
	`must_change_password` integer DEFAULT false NOT NULL,
	`is_admin` integer DEFAULT false NOT NULL,
	`token_epoch` integer DEFAULT 1 NOT NULL,
	`disabled_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_name_unique` ON `users` (`name`);--> statement-breakpoint
CREATE TABLE `workspaces` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`access` text NOT NULL,
	`untagged_days` integer DEFAULT 30,
	`retention` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`deleted_at` integer,
	`deleted_by` text,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "workspaces_access" CHECK("workspaces"."access" IN ('private', 'public'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `workspaces_by_name` ON `workspaces` (`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `workspaces_by_project` ON `workspaces` (`project_id`);--> statement-breakpoint
CREATE INDEX `workspaces_in_trash` ON `workspaces` (`deleted_at`) WHERE deleted_at IS NOT NULL;