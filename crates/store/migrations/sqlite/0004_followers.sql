-- Rows that share a result follow their leader. Found by the index alone: without the inner query SQLite reads
-- all rows of the job for each of them.
DROP TRIGGER job_rows_follow;
CREATE TRIGGER job_rows_follow AFTER UPDATE OF stage ON job_rows
WHEN new.shares > 1 AND old.stage <> new.stage
    AND (new.stage IN ('COMPLETED', 'FAILED', 'CANCELLED')
        OR old.stage IN ('COMPLETED', 'FAILED', 'CANCELLED'))
BEGIN
    UPDATE job_rows SET stage = new.stage, seq = new.seq
    WHERE job_key = new.job_key AND row_index IN (
        SELECT follower.row_index FROM job_rows AS follower
        WHERE follower.job_key = new.job_key AND follower.leader = new.row_index
            AND follower.leader <> follower.row_index);
END;
