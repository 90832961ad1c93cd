"""English words that are also names: as names they are written with a capital."""

ORDINARY = frozenset(
    """
    abridge access ada adept align alphabet amazon ample anchor apex apollo apple applied arc archer arista ark
    array aspect aurora axiom beacon bell bending black block bloom blue box bridge bright cadence canvas carbon
    carrier cascade caterpillar celestial chase chip circle citadel citizens clear cohere comet compass
    constellation core corning crown crucible cruise crusoe crystal cube current cursor dash dawn decart delta
    digital dominion dragonfly eagle eaton echo edge edged element elevate emerald encore endeavour energy entity
    ether evergreen evolve fabric fathom figure firefly fireworks firm flex flow fluid flux focus forge fortress
    frontier fusion galaxy gemini general genesis giga glean global gold grace granite graphite gravity grid grok
    ground harness harvey helion helix hive hopper horizon hub ignite impulse inferno infinity inflection insight
    intel intersect iris iron jade juniper kingfisher lambda lattice lead lepton liberty light lightning linear
    liquid lite llama luma lumen magic match matrix maverick maxim meta micron mirror mistral modal modular momentum
    motif natural nautilus nebula nest neural neuron next nexus noble nova nucleus oasis omega open oracle orange
    orbit origin osmos paradigm parity patriot peak perplexity phoenix pinnacle pioneer plasma platform polar poly
    positron power powerhouse prime prism pulse pure quantum quest quilt radiant rapid reach realty reflection
    reliance replicate republic resolve result ripple river rocket rubin runway sage scale sentinel shell signal
    silicon sky snowflake solar solstice southern spark spectrum square stack stargate starlink sterling stream
    stripe strive submer sumo sun sunrise surge switch target tempest terra tesla thales together torus total trane
    trinity triton tune unity universal upstart vantage vast vector velocity vera verda vertex vertical vine virtue
    visa vista volt wave west whisper wind windows wing wiz worldwide x xcel xylem zenith zeta zoom
    """.split()  # noqa: SIM905
)
