// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// The contract behind a Chainlink proxy: it takes the answers and emits the events.
contract PriceAggregator {
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    uint8 public constant decimals = 8;
    address public immutable operator;
    uint80 public latestRound;
    int256 public latestAnswer;
    uint256 public latestTimestamp;

    constructor() {
        operator = msg.sender;
    }

    function submit(int256 answer) external {
        require(msg.sender == operator, "only the operator answers");
        latestRound += 1;
        latestAnswer = answer;
        latestTimestamp = block.timestamp;
        emit AnswerUpdated(answer, latestRound, block.timestamp);
    }
}

/// What users read. A proxy keeps its address while the aggregator behind it changes; its round ids carry the
/// phase in the upper bits, as Chainlink's do.
contract PriceFeedProxy {
    PriceAggregator public aggregator;
    uint16 public phaseId;
    string public description;
    address public immutable owner;

    constructor(string memory description_, PriceAggregator aggregator_) {
        owner = msg.sender;
        description = description_;
        aggregator = aggregator_;
        phaseId = 1;
    }

    function changeAggregator(PriceAggregator next) external {
        require(msg.sender == owner, "only the owner changes the aggregator");
        aggregator = next;
        phaseId += 1;
    }

    function decimals() external view returns (uint8) {
        return aggregator.decimals();
    }

    function version() external pure returns (uint256) {
        return 4;
    }

    function latestAnswer() external view returns (int256) {
        return aggregator.latestAnswer();
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        uint80 round = (uint80(phaseId) << 64) | aggregator.latestRound();
        uint256 time = aggregator.latestTimestamp();
        return (round, aggregator.latestAnswer(), time, time, round);
    }
}
