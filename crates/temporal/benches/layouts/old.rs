//! The layout of the old service: one workflow per row, and after each of its five stages another activity
//! that records the stage. The activities do nothing here.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use temporalio_macros::{activities, workflow, workflow_methods};
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use temporalio_sdk::workflows::join_all;
use temporalio_sdk::{
    ActivityOptions, ChildWorkflowOptions, WorkflowContext, WorkflowResult, WorkflowTermination,
};

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Rows {
    pub(crate) rows: u64,
    pub(crate) at_once: u64,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    job_id: String,
    index: u64,
    stage: u8,
}

pub(crate) struct Nothing;

#[expect(clippy::unused_async, reason = "activities are, whatever they do")]
#[activities]
impl Nothing {
    #[activity(name = "OldStage")]
    pub(crate) async fn stage(
        self: Arc<Self>,
        _ctx: ActivityContext,
        row: Row,
    ) -> Result<Row, ActivityError> {
        Ok(row)
    }

    #[activity(name = "OldUpdateState")]
    pub(crate) async fn update_state(
        self: Arc<Self>,
        _ctx: ActivityContext,
        _row: Row,
    ) -> Result<(), ActivityError> {
        Ok(())
    }
}

fn options() -> ActivityOptions {
    ActivityOptions::with_start_to_close_timeout(Duration::from_mins(2)).build()
}

#[workflow]
#[derive(Default)]
pub(crate) struct OldJob {
    next: u64,
}

#[workflow_methods]
impl OldJob {
    #[run(name = "OldJob")]
    pub(crate) async fn run(ctx: &mut WorkflowContext<Self>, input: Rows) -> WorkflowResult<u64> {
        let lanes = (0..input.at_once).map(|_| Self::lane(ctx.clone(), input.rows));
        let lanes: Vec<Result<(), WorkflowTermination>> = join_all(lanes).await;
        lanes.into_iter().collect::<Result<(), _>>()?;
        Ok(input.rows)
    }

    async fn lane(ctx: WorkflowContext<Self>, rows: u64) -> Result<(), WorkflowTermination> {
        loop {
            let row = ctx.state_mut(|state| {
                state.next += 1;
                state.next - 1
            });
            if row >= rows {
                return Ok(());
            }
            let options = ChildWorkflowOptions::builder().workflow_id(format!("old-{row}")).build();
            let input = Row { job_id: "job".to_owned(), index: row, stage: 0 };
            ctx.start_child_workflow(OldRow::run, input, options).await?.result().await?;
        }
    }
}

#[workflow]
#[derive(Default)]
pub(crate) struct OldRow;

#[workflow_methods]
impl OldRow {
    #[run(name = "OldRow")]
    pub(crate) async fn run(ctx: &mut WorkflowContext<Self>, row: Row) -> WorkflowResult<u8> {
        for stage in 0..5 {
            let at = Row { stage, ..row.clone() };
            let at = ctx.execute_activity(Nothing::stage, at, options()).await?;
            ctx.execute_activity(Nothing::update_state, at, options()).await?;
        }
        Ok(5)
    }
}
