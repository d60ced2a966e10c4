-- How the database is served: what has been served in production once is never opened for development again. Nothing
-- while nobody has served it; what was there before has been.
ALTER TABLE instance ADD COLUMN served_as TEXT CHECK (served_as IN ('production', 'development'));
UPDATE instance SET served_as = 'production';
