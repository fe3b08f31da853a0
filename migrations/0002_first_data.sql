-- What a new platform starts with. The admin's password is the secret ADMIN_PASSWORD until
-- the admin sets another.
INSERT INTO departments (id, name, created_at) VALUES (1, 'default', unixepoch() * 1000);
--> statement-breakpoint
INSERT INTO projects (id, department_id, name, created_at) VALUES (1, 1, 'admin', unixepoch() * 1000);
--> statement-breakpoint
INSERT INTO users (id, name, is_admin, created_at) VALUES (1, 'admin', 1, unixepoch() * 1000);
--> statement-breakpoint
INSERT INTO members (project_id, user_id, role, created_at) VALUES (1, 1, 'owner', unixepoch() * 1000);
--> statement-breakpoint
INSERT INTO workspaces (id, project_id, name, access, created_at, created_by)
  VALUES (1, 1, 'library', 'public', unixepoch() * 1000, 'admin');
