-- models: the models that the job asks, as JSON: {"patterns": …, "decisions": …, "values": …}. NULL for jobs
-- that were made before: these ask the models of the process that runs them.
ALTER TABLE jobs ADD COLUMN models TEXT;
