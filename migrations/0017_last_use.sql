-- A flush of a pull counter writes the days of manifests and the hours of the image itself, no triggers.
CREATE TABLE `image_pulls_by_hour` (
	`image_id` integer NOT NULL,
	`hour` integer NOT NULL,
	`pulls` integer NOT NULL,
	PRIMARY KEY(`image_id`, `hour`),
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
DROP TRIGGER `pulls_by_day_insert`;--> statement-breakpoint
DROP TRIGGER `pulls_by_day_update`;--> statement-breakpoint
DROP TRIGGER `image_pulls_by_day_insert`;--> statement-breakpoint
DROP TRIGGER `image_pulls_by_day_update`;--> statement-breakpoint
ALTER TABLE `manifests` ADD `last_used_at` integer;--> statement-breakpoint
ALTER TABLE `manifests` ADD `released_by_age` integer DEFAULT false NOT NULL;--> statement-breakpoint
-- What has no tag and was pulled since, itself or what it lists, has its days from that pull.
UPDATE manifests SET unused_since = max(unused_since, coalesce(last_pulled_at, 0), coalesce((
    SELECT max(child.last_pulled_at)
      FROM manifest_children AS c CROSS JOIN manifests AS child ON child.id = c.child_id
      WHERE c.parent_id = manifests.id), 0))
  WHERE uses = 0 AND unused_since IS NOT NULL AND released_at IS NULL AND deleted_at IS NULL;
