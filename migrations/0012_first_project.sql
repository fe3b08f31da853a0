-- A new registry's project is called Default. An earlier registry keeps the name that its users
-- know: only one that has nothing but the first data is changed.
UPDATE projects SET name = 'Default'
  WHERE id = 1 AND name = 'admin'
    AND (SELECT count(*) FROM projects) = 1
    AND (SELECT count(*) FROM users) = 1
    AND (SELECT count(*) FROM workspaces) = 1
    AND NOT EXISTS (SELECT 1 FROM images);
