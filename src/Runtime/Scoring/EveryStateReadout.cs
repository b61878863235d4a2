namespace RnnMlNet.Runtime.Scoring;

/// <summary>The head over the states of every step: a tagger.</summary>
internal sealed unsafe class EveryStateReadout(PackedNetwork network) : Readout(network)
{
    public override bool ReadsEveryState => true;

    public override void Write(in RowStates states, in RowGroup group)
    {
        for (int row = 0; row < states.Rows; row++)
            Head.RunSteps(
                states.All + (long)row * states.Steps * Shape.StateWidth,
                states.Lengths[row],
                Shape.HeadReadsStatics ? group.Static(Shape, row) : [],
                group.Outputs(Shape, row)
            );
    }
}
